"""Floor 0: the pure rules of the chamber. No framework, no clock, no input or output."""
