"""Support on the web: who qualifies, evidence, claims with their checks, and the bureau's sums."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.core.errors import DomainError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX, made_name
from workforce.platform.forms import answer_of, choices_of, fault_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.law_book import law_book
from workforce.platform.uploads import ACCEPTED_ENDINGS, send_upload
from workforce.platform.web import SliceRoutes, actor, may, note_read, page_of, principal
from workforce.statistics.disclosure.rules import RULES
from workforce.subsidies import checking, evidence, evidence_queries, facts, queries, service
from workforce.subsidies.forms import ClaimForm, EvidenceForm, FreezeForm
from workforce.subsidies.scheme import CompanyScheme, PersonScheme, Verdict, law_on
from workforce.subsidies.schemes import scheme_named, schemes
from workforce.subsidies.sheet import write_claim

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.core.law.parameter import ParameterValue
    from workforce.platform.scope import Scope
    from workforce.subsidies.scheme import Assessed, Scheme

ROUTES = SliceRoutes("subsidies", __name__)

_PREPARE: Final = Permission.SUBSIDY_PREPARE
_PER_PAGE: Final = 50


def _asked_months(session: Session, scope: Scope) -> tuple[PayPeriod, PayPeriod]:
    """Return the months of the address, or this year's up to the last whose pay is decided.

    Where the address names the last alone, the others are those of its year before it.
    """
    today = PayPeriod.of(clock.today())
    if asked := request.args.get("last", ""):
        last = PayPeriod.parse_month(asked)
        begin = request.args.get("first", "")
        first = PayPeriod.parse_month(begin) if begin else PayPeriod(last.year, 1)
        facts.check_months(first, last)
        return first, last
    start = PayPeriod(today.year - 1, 1) if today.month == 1 else PayPeriod(today.year, 1)
    decided = facts.decided_months(session, scope, start, today)
    last = max(decided, default=max(start, today.previous()))
    return PayPeriod(last.year, 1), last


def _law_of(scheme: Scheme, region: str, on: dt.date) -> list[ParameterValue]:
    """Return the values that a scheme rests on, in force on a day."""
    values = (law_on(law_book(), region, code, on) for code in scheme.parameters)
    return [value for value in values if value is not None]


@ROUTES.page("/subsidies", permission=_PREPARE)
def overview(scope: Scope) -> ResponseReturnValue:
    """Show every scheme, how many people qualify, and the claims."""
    session = db.session()
    company = facts.company_of(session, scope)
    first, last = _asked_months(session, scope)
    everybody = facts.read_people(session, scope, first, last)
    missing = [
        row for row in evidence_queries.people_rows(session, scope, clock.today()) if row.missing
    ]
    known = list(schemes().values())
    return render_template(
        "subsidies/overview.html",
        company=company,
        first=first,
        last=last,
        counts={
            scheme.code: checking.verdict_counts(
                scheme, everybody, first, last, company.region, law_book()
            )
            for scheme in known
            if isinstance(scheme, PersonScheme)
        },
        schemes=known,
        claims=queries.claim_rows(session, scope),
        missing=len(missing),
    )


@ROUTES.page("/subsidies/schemes/<scheme_code>", permission=_PREPARE)
def scheme(scope: Scope, scheme_code: str) -> ResponseReturnValue:
    """Show who qualifies for a scheme and who does not, with the reasons; or how the company stands."""
    found = scheme_named(scheme_code)
    session = db.session()
    company = facts.company_of(session, scope)
    first, last = _asked_months(session, scope)
    common: dict[str, Any] = {
        "scheme": found,
        "company": company,
        "first": first,
        "last": last,
        "law": _law_of(found, company.region, last.last_on),
    }
    note_read("subsidy_scheme.read", "subsidy_scheme", scheme_code, company_id=company.company_id)
    if isinstance(found, CompanyScheme):
        read = facts.read_company(session, scope, last, law_book())
        return render_template("subsidies/company.html", standing=found.stand(read), **common)
    if not isinstance(found, PersonScheme):
        raise NotFoundError("web.not_found")
    everybody = checking.assess_people(session, scope, found, first, last, law_book())
    shown = request.args.get("show", "")
    shown = shown if shown in set(Verdict) else Verdict.ELIGIBLE.value
    chosen = [one for one in everybody if one.verdict == shown]
    page = page_of(len(chosen), _PER_PAGE)
    return render_template(
        "subsidies/people.html",
        rows=chosen[page.rows],
        counts=_counts(everybody),
        verdicts=list(Verdict),
        shown=shown,
        form=ClaimForm(data={"first": first, "last": last}),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "subsidies.scheme",
            scheme_code=scheme_code,
            first=str(first),
            last=str(last),
            show=shown,
            page=number,
        ),
        **common,
    )


def _counts(everybody: list[Assessed]) -> dict[str, int]:
    return {verdict.value: sum(one.verdict is verdict for one in everybody) for verdict in Verdict}


@ROUTES.action("/subsidies/schemes/<scheme_code>/claim", permission=_PREPARE)
def make_claim(scope: Scope, scheme_code: str) -> ResponseReturnValue:
    """Make a claim for everybody who is eligible in the months sent."""
    form = ClaimForm()
    back = url_for("subsidies.scheme", scheme_code=scheme_code)
    if not form.validate_on_submit() or form.first.data is None or form.last.data is None:
        faults = [str(fault) for errors in form.errors.values() for fault in errors]
        flash("；".join(faults) or gettext("请选月份"), "danger")
        return redirect(back)
    first, last = form.first.data, form.last.data
    try:
        claim_id = service.make(scope, scheme_code, first, last, actor(), law_book())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
        return redirect(back)
    flash(gettext("已建立申报，请检查人数"), "success")
    return redirect(url_for("subsidies.claim", claim_id=claim_id))


@ROUTES.page("/subsidies/claims/<int:claim_id>", permission=_PREPARE)
def claim(scope: Scope, claim_id: int) -> ResponseReturnValue:
    """Show a claim with its findings and people, and what can be done next."""
    return _claim(scope, claim_id, FreezeForm())


def _claim(scope: Scope, claim_id: int, form: FreezeForm) -> ResponseReturnValue:
    session = db.session()
    row = queries.claim_row(session, scope, claim_id)
    persons = queries.person_rows(session, scope, claim_id)
    page = page_of(len(persons), _PER_PAGE)
    visitor = principal()
    note_read("subsidy_claim.read", "subsidy_claim", claim_id, company_id=row.one.company_id)
    shown = render_template(
        "subsidies/claim.html",
        row=row,
        one=row.one,
        scheme=scheme_named(row.one.scheme),
        kinds=Counter(finding.kind for person in persons for finding in person.findings),
        persons=persons[page.rows],
        form=form,
        can_freeze=may(Permission.SUBSIDY_FREEZE),
        is_maker=row.one.made_by_id is not None and row.one.made_by_id == visitor.account_id,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("subsidies.claim", claim_id=claim_id, page=number),
    )
    return answer_of(shown, form)


@ROUTES.action("/subsidies/claims/<int:claim_id>/check", permission=_PREPARE)
def check(scope: Scope, claim_id: int) -> ResponseReturnValue:
    """Run the headcount check of a claim."""
    try:
        found = service.check(scope, claim_id, actor(), law_book())
    except StateError as error:
        flash(fault_of(error), "danger")
    else:
        if found.findings:
            flash(gettext("检查完成，有 %(num)s 处要看", num=len(found.findings)), "warning")
        else:
            flash(gettext("检查完成，没有问题"), "success")
    return redirect(url_for("subsidies.claim", claim_id=claim_id))


@ROUTES.action(
    "/subsidies/claims/<int:claim_id>/people/<int:employment_id>/leave-out", permission=_PREPARE
)
def leave_out(scope: Scope, claim_id: int, employment_id: int) -> ResponseReturnValue:
    """Claim nothing for a person."""
    try:
        reason = request.form.get("reason", "")
        service.leave_out(scope, claim_id, employment_id, reason, actor())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已移出，请重新检查"), "success")
    return redirect(url_for("subsidies.claim", claim_id=claim_id))


@ROUTES.action(
    "/subsidies/claims/<int:claim_id>/people/<int:employment_id>/take-in", permission=_PREPARE
)
def take_in(scope: Scope, claim_id: int, employment_id: int) -> ResponseReturnValue:
    """Claim for a person again."""
    try:
        service.take_in(scope, claim_id, employment_id, actor())
    except StateError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已放回，请重新检查"), "success")
    return redirect(url_for("subsidies.claim", claim_id=claim_id))


@ROUTES.action("/subsidies/claims/<int:claim_id>/freeze", permission=Permission.SUBSIDY_FREEZE)
def freeze(scope: Scope, claim_id: int) -> ResponseReturnValue:
    """Make a claim final."""
    form = FreezeForm()
    if form.validate_on_submit():
        try:
            service.freeze(scope, claim_id, form.note.data or "", actor(), law_book())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已定稿，可以下载申报表"), "success")
            return redirect(url_for("subsidies.claim", claim_id=claim_id))
    return _claim(scope, claim_id, form)


@ROUTES.action("/subsidies/claims/<int:claim_id>/withdraw", permission=Permission.SUBSIDY_FREEZE)
def withdraw_claim(scope: Scope, claim_id: int) -> ResponseReturnValue:
    """Take a claim back."""
    try:
        service.withdraw(scope, claim_id, request.form.get("reason", ""), actor())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已撤销"), "success")
    return redirect(url_for("subsidies.claim", claim_id=claim_id))


@ROUTES.page("/subsidies/claims/<int:claim_id>/file", permission=_PREPARE)
def claim_file(scope: Scope, claim_id: int) -> ResponseReturnValue:
    """Send a frozen claim as a spreadsheet to be stamped."""
    session = db.session()
    one = queries.claim_row(session, scope, claim_id).one
    company = facts.company_of(session, scope)
    content = write_claim(
        one,
        company.company_name,
        queries.frozen_contents(session, claim_id),
        queries.finding_rows(session, scope, claim_id),
        current_locale(),
    )
    note_read("subsidy_claim.export", "subsidy_claim", claim_id, company_id=one.company_id)
    label = scheme_named(one.scheme).label.in_locale(current_locale())
    name = made_name(company.company_name, label, str(one.number), ending="xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@ROUTES.page("/subsidies/evidence", permission=_PREPARE)
def evidence_list(scope: Scope) -> ResponseReturnValue:
    """List who has which papers, and first whose key group asks for one that is missing."""
    session = db.session()
    company = facts.company_of(session, scope)
    everybody = evidence_queries.people_rows(session, scope, clock.today())
    is_missing_only = request.args.get("show") == "missing"
    rows = [row for row in everybody if row.missing or not is_missing_only]
    page = page_of(len(rows), _PER_PAGE)
    note_read("subsidy_evidence.read", "company", company.company_id, company_id=company.company_id)
    return render_template(
        "subsidies/evidence_list.html",
        rows=rows[page.rows],
        total=len(everybody),
        missing=sum(bool(row.missing) for row in everybody),
        is_missing_only=is_missing_only,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "subsidies.evidence_list", show="missing" if is_missing_only else None, page=number
        ),
    )


@ROUTES.form("/subsidies/evidence/people/<int:employment_id>", permission=_PREPARE)
def person_evidence(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show one person's papers, and record another."""
    session = db.session()
    company = facts.company_of(session, scope)
    who = evidence_queries.person_named(session, scope, employment_id)
    form = EvidenceForm()
    locale = current_locale()
    form.kind.choices = choices_of(
        [(code, label.in_locale(locale)) for code, label in terms_of("evidence_kind").items()]
    )
    form.level.choices = choices_of([("", "—"), *((str(one), str(one)) for one in evidence.LEVELS)])
    if form.validate_on_submit() and _entered(scope, employment_id, form):
        return redirect(url_for("subsidies.person_evidence", employment_id=employment_id))
    note_read("subsidy_evidence.read", "employment", employment_id, company_id=company.company_id)
    page = render_template(
        "subsidies/evidence.html",
        who=who,
        rows=evidence_queries.evidence_of(session, scope, employment_id),
        form=form,
        accepted_endings=ACCEPTED_ENDINGS,
        today=clock.today(),
    )
    return answer_of(page, form)


def _entered(scope: Scope, employment_id: int, form: EvidenceForm) -> bool:
    level = form.level.data or ""
    issued_on = form.issued_on.data
    assert issued_on is not None, "the form asks for it"  # noqa: S101 - narrows the type
    paper = evidence.Paper(
        kind=form.kind.data or "",
        number=form.number.data or "",
        issued_on=issued_on,
        valid_until=form.valid_until.data,
        level=int(level) if level.isdigit() else None,
    )
    try:
        evidence.enter(scope, employment_id, paper, form.file.data, actor())
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    flash(gettext("已登记"), "success")
    return True


@ROUTES.action("/subsidies/evidence/<int:evidence_id>/withdraw", permission=_PREPARE)
def withdraw_evidence(scope: Scope, evidence_id: int) -> ResponseReturnValue:
    """Take a paper back that was recorded wrongly."""
    try:
        employment_id = evidence.withdraw(
            scope, evidence_id, request.form.get("reason", ""), actor()
        )
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
        return redirect(url_for("subsidies.evidence_list"))
    flash(gettext("已撤回"), "success")
    return redirect(url_for("subsidies.person_evidence", employment_id=employment_id))


@ROUTES.page("/subsidies/evidence/<int:evidence_id>/file", permission=_PREPARE)
def evidence_file(scope: Scope, evidence_id: int) -> ResponseReturnValue:
    """Send the file of a paper."""
    return send_upload(evidence_queries.upload_of(db.session(), scope, evidence_id))


@ROUTES.page("/statistics/subsidies", permission=Permission.STATISTICS_READ_PROTECTED)
def counts(scope: Scope) -> ResponseReturnValue:
    """Show officials what was claimed in a year: people and amounts by scheme and company, no names."""
    del scope
    this_year = clock.today().year
    asked = request.args.get("year", "")
    is_year = asked.isascii() and asked.isdigit() and 2000 <= int(asked[:4]) <= this_year  # noqa: PLR2004
    year = int(asked[:4]) if is_year else this_year
    zone = clock.BASE_ZONE
    found = queries.frozen_counts(
        db.session(),
        dt.datetime(year, 1, 1, tzinfo=zone),
        dt.datetime(year + 1, 1, 1, tzinfo=zone),
    )
    return render_template(
        "subsidies/counts.html",
        year=year,
        this_year=this_year,
        found=found,
        schemes=[one for one in schemes().values() if one.code in found.totals],
        least=RULES.least,
    )
