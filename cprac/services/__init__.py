"""Floor 2: the acts of the chamber. One public function is one act and one transaction. No web framework here."""
