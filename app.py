from embedviz.dashboard import main

main()
