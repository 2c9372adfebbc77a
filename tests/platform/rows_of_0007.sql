-- A few rows of every table as they were at migration 0007: a company with a closed month and an approved one.
-- Plain SQL for both engines. Keys are written only where another row names them.
INSERT INTO company (id, code, name, credit_code, region, is_inside, founded_on, contact_name) VALUES
  (1, 'KM', '夔门数据', '91500236MA00000001', '500236', true, '2024-01-01', '李雷'),
  (2, 'BD', '白帝标注', '91500236MA00000002', '500236', false, '2025-03-01', NULL);
INSERT INTO person (id, id_number_hash, id_number, name, sex, born_on, education, township, household_category, phone) VALUES
  (1, 'hash-1', 'cipher-1', '李晨', '1', '1990-01-01', '21', '500236100', 'rural', 'cipher-phone'),
  (2, 'hash-2', 'cipher-2', '张𬭎', '2', '1995-05-05', '31', '500236101', 'urban', NULL);
INSERT INTO person_key_group (person_id, key_group) VALUES (1, 'returnee');
INSERT INTO employment (id, company_id, person_id, employee_no, position, employment_type, hours_system, rest_weekdays, hired_on, separated_on, separation_reason, bank_name, bank_account) VALUES
  (1, 1, 1, 'A0001', '标注员', 'full_time', 'standard', '67', '2026-01-01', NULL, NULL, '农商行', 'cipher-bank'),
  (2, 1, 2, 'A0002', NULL, 'part_time', 'standard', '67', '2026-02-01', '2026-10-20', 'resigned', NULL, NULL);
INSERT INTO account (id, login_name, display_name, password_hash, role, company_id, person_id, locale, is_active, created_at, last_signed_in_at) VALUES
  (1, 'cli', '财务甲', 'argon-1', 'finance', 1, NULL, 'zh', true, '2026-01-01 00:00:00', '2026-11-01 01:02:03'),
  (2, 'fin', '财务乙', 'argon-2', 'finance', 1, NULL, 'en', true, '2026-01-01 00:00:00', NULL),
  (3, 'lichen', '李晨', 'argon-3', 'annotator', 1, 1, 'zh', false, '2026-01-02 00:00:00', NULL);
INSERT INTO team (id, company_id, code, name) VALUES (1, 1, 'T1', '一组');
INSERT INTO team_membership (employment_id, team_id, valid_from, valid_to) VALUES (1, 1, '2026-01-01', NULL);
INSERT INTO team_leadership (team_id, account_id, valid_from, valid_to) VALUES (1, 3, '2026-01-01', '2026-06-01');
INSERT INTO company_pay_policy (company_id, valid_from, valid_to, quality_basis, quality_tiers, night_allowance_amount, attendance_bonus_amount, holiday_day_wage_amount, has_irregular_holiday_pay, work_injury_rate, acceptance, late_grace_minutes, pay_day, has_union_fund) VALUES
  (1, '2024-01-01', NULL, 'price', '[["0.98", "1"]]', 1500, 20000, 0, false, 5000, 'by_person', 5, 15, true);
INSERT INTO pay_profile (employment_id, valid_from, valid_to, base_pay_amount, overtime_base_amount, contribution_base_amount, fund_base_amount, fund_employee_rate, fund_employer_rate, average_monthly_wage_amount, tax_method, is_deduct_60000, is_first_wage_of_year, pay_cycle) VALUES
  (1, '2026-01-01', NULL, 435000, NULL, 458000, 458000, 50000, 50000, 435001, 'cumulative', false, false, 'month'),
  (2, '2026-02-01', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 'cumulative', false, true, 'half_month');
INSERT INTO pay_entry (employment_id, kind, code, period_from, period_to, amount, sequence) VALUES
  (1, 'earning', 'meal_allowance', '2026-01', NULL, 30000, 1);
INSERT INTO tax_opening (employment_id, year, through_period, income_amount, insurance_and_fund_amount, special_amount, other_amount, personal_pension_amount, withheld_amount, months, is_separate_bonus_used, certificate_amount) VALUES
  (1, 2026, '2026-07', 2450000, 330000, 1400000, 0, 0, 0, 7, false, 0);
INSERT INTO import_batch (id, company_id, source, file_name, file_sha256, applied_at, applied_by_id, summary, refused) VALUES
  (1, 1, 'dingtalk', '考勤.xlsx', 'abc', '2026-11-02 00:00:00', 1, '{"rows": 2}', '[]');
INSERT INTO task_type (id, code, name_zh, name_en, unit_zh, unit_en) VALUES (1, 'bbox_2d', '拉框', '2D box', '框', 'box');
INSERT INTO piece_price (company_id, task_type_id, valid_from, valid_to, unit_price) VALUES (1, 1, '2026-01-01', NULL, 125000);
INSERT INTO batch (id, company_id, code, task_type_id) VALUES (1, 1, 'B-01', 1);
INSERT INTO source_user (company_id, source, source_user, employment_id) VALUES (1, 'label_studio', 'li@km', 1);
INSERT INTO output_record (id, company_id, employment_id, task_type_id, batch_id, work_on, state, accepted_on, pay_period, hours_class, submitted_qty, reviewed_qty, accepted_qty, rejected_qty, reworked_qty, source, source_key, source_version, import_batch_id, evidence, group_name, split_by) VALUES
  (1, 1, 1, 1, 1, '2026-10-08', 'accepted', '2026-10-09', '2026-10', 'normal', 9, 9, 8, 1, 0, 'label_studio', 'k1', 'v1', 1, 'given', NULL, NULL),
  (2, 1, 1, 1, NULL, '2026-10-09', 'rejected', NULL, NULL, NULL, 5, 5, 0, 5, 0, 'table', 'k2', NULL, NULL, NULL, NULL, NULL),
  (3, 1, NULL, 1, NULL, '2026-10-10', 'submitted', NULL, NULL, NULL, 4, 0, 0, 0, 0, 'group_output', 'k3', NULL, NULL, NULL, '一组', 'points');
INSERT INTO group_share (output_record_id, employment_id, share_weight) VALUES (3, 1, 1000), (3, 2, 500);
INSERT INTO inspection (company_id, employment_id, batch_id, task_type_id, inspected_on, pay_period, sampled_qty, error_qty, severity, result, inspector, source, source_key, import_batch_id, half_pay_period) VALUES
  (1, 1, 1, 1, '2026-10-12', '2026-10', 100, 2, 'minor', 'pass', '王检', 'inspections', 'i1', NULL, '2026-10-H1');
INSERT INTO shift (employment_id, work_on, starts_at, ends_at, break_minutes, is_in_lieu, shift_type, late_minutes, early_minutes, source, import_batch_id) VALUES
  (1, '2026-10-08', '2026-10-08 09:00:00', '2026-10-08 18:00:00', 60, false, '白班', 3, 0, 'dingtalk', 1);
INSERT INTO leave (employment_id, kind, first_on, last_on, source, import_batch_id, approval_no) VALUES
  (1, 'annual_leave', '2026-10-13', '2026-10-14', 'leave', NULL, 'QJ-1'),
  (1, 'sick_leave', '2026-10-15', '2026-10-15', 'dingtalk', 1, NULL);
INSERT INTO absence (employment_id, absent_on, source, import_batch_id) VALUES (1, '2026-10-16', 'dingtalk', 1);
INSERT INTO roster (employment_id, period, rest_day_bits) VALUES (1, '2026-11', 99);
INSERT INTO lieu_day (employment_id, work_on) VALUES (1, '2026-10-11');
INSERT INTO hours_cycle (company_id, employment_id, kind, valid_from, valid_to) VALUES (1, NULL, 'quarter', '2026-10-01', NULL);
INSERT INTO month_figures (employment_id, period, worked_minutes, unused_leave_days) VALUES (2, '2026-10-H1', 1200, NULL);
INSERT INTO payroll_run (id, company_id, period, kind, number, state, pay_on, payslip_count, fault_count, gross_pay_amount, net_pay_amount, employer_cost_amount, input_hash, law_hash, result_hash, code_version, prepared_by_id, prepared_at, reviewed_by_id, reviewed_at, approved_by_id, approved_at, closed_at, closed_at_output_id) VALUES
  (1, 1, '2026-09', 'regular', 1, 'closed', '2026-10-15', 1, 0, 435000, 400000, 520000, 'in-9', 'law', 'out-9', '0.1', 1, '2026-10-08 00:00:00', 2, '2026-10-09 00:00:00', 2, '2026-10-10 00:00:00', '2026-10-15 00:00:00', 0),
  (2, 1, '2026-10', 'regular', 1, 'approved', '2026-11-15', 1, 0, 465000, 420000, 550000, 'in-10', 'law', 'out-10', '0.1', 1, '2026-11-08 00:00:00', 2, '2026-11-09 00:00:00', 2, '2026-11-10 00:00:00', NULL, NULL),
  (3, 1, '2026-11-H1', 'regular', 1, 'draft', '2026-11-30', 0, 1, 0, 0, 0, 'in-11', 'law', 'out-11', '0.1', 1, '2026-11-18 00:00:00', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO payslip (id, run_id, employment_id, period, public_id, gross_pay_amount, net_pay_amount, employer_cost_amount, scheduled_days, attended_days, paid_leave_days, unpaid_days, holiday_days, normal_minutes, weekday_overtime_minutes, rest_day_overtime_minutes, holiday_overtime_minutes, night_shift_count, late_count, counted_wage_amount, floor_amount, tax_income_amount, tax_insurance_and_fund_amount, tax_special_amount, tax_other_amount, tax_personal_pension_amount, tax_certificate_amount, tax_basic_amount, tax_taxable_amount, tax_rate, tax_quick_amount, tax_withheld_amount, tax_months, is_separate_bonus_used, has_rent, has_housing_loan, notes) VALUES
  (1, 1, 1, '2026-09', 'public-1', 435000, 400000, 520000, 22, 22, 0, 0, 0, 10560, 0, 0, 0, 0, 0, 435000, 220000, 3000000, 400000, 1600000, 0, 0, 0, 4500000, 0, 30000, 0, 0, 9, false, true, false, '[]'),
  (2, 2, 1, '2026-10', 'public-2', 465000, 420000, 550000, 18, 15, 2, 1, 3, 7200, 60, 0, 0, 1, 1, 435000, 209524, 3465000, 445000, 1800000, 0, 0, 0, 5000000, 0, 30000, 0, 0, 10, false, true, false, '[{"code": "late"}]');
INSERT INTO payslip_line (payslip_id, seq, code, kind, wage_part, detail, quantity, rate, amount, reference, operands) VALUES
  (1, 1, 'base_pay', 'earning', 'time', NULL, NULL, NULL, 435000, '劳动合同', '{}'),
  (2, 1, 'base_pay', 'earning', 'time', NULL, NULL, NULL, 435000, '劳动合同', '{"monthly_fen":435000}'),
  (2, 2, 'absence_deduction', 'reduction', 'time', NULL, 1000000, NULL, 20000, '人社部发〔2025〕2号', '{"unpaid_days":1}');
INSERT INTO payroll_fault (run_id, employment_id, seq, code, params) VALUES (3, 2, 1, 'pay.hours_missing', '{}');
INSERT INTO adjustment (employment_id, pay_period, for_period, amount, reason, corrected_payslip_id, created_by_id, created_at) VALUES
  (1, '2026-10', '2026-09', -1200, '九月多计', 1, 1, '2026-11-01 00:00:00');
INSERT INTO base_difference (employment_id, pay_period, for_period, charged_base_amount, owed_base_amount) VALUES (1, '2026-10', '2026-08', 400000, 458000);
INSERT INTO month_lock (company_id, period, reason, locked_by_id, locked_at) VALUES (1, '2026-09', 'payroll_run 1', 2, '2026-10-15 00:00:00');
INSERT INTO audit_entry (id, at, actor_id, actor_name, company_id, action, subject_type, subject_id, before, after, reason) VALUES
  (1, '2026-10-15 00:00:00', 2, 'fin', 1, 'payroll_run.close', 'payroll_run', '1', '{"state":"approved"}', '{"state":"closed"}', NULL);
INSERT INTO audit_seal (position, entry_id, entry_hash, chain_hash) VALUES (1, 1, 'entry', 'chain');
