"""Files that leave the house: to banks, the tax client, social insurance, the books of account.

One file in ``forms/`` is one file that is handed in; what its columns are called and in which order
they stand is data beside it. All of them read the decided, counting payslips once (``reading``), state
control totals that must equal the run's or the batch's to the fen, and are made on demand.
"""
