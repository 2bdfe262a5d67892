"""Parts of `english_model` and `gender_bias`: the model card and the bias measurements."""
