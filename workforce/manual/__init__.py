"""The manual: what each role needs to know, in simple words, beside the pages that it describes."""
