"""What is taken back: an approved run opened again, a payslip reversed and issued anew."""
