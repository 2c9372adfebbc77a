"""The industry chain: companies from lead to moved in, deals, consolidated output, targets."""
