"""placeholder"""


def train_sequence_model(): ...
