"""What pages share: controls, tables, figures, uploads, the choice of a model."""
