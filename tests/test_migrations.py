"""The schema by migrations is the schema of the models, up, down and up again, with data in it, and keeps its locks."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cprac.persistence import triggers
from cprac.persistence.database import Base, db
from cprac.persistence.models import Case, EventRow, RegulationVersion
from cprac.services import day_cells, upgrade
from cprac.services.verification import verify
from tests.worlds import NOW, build_world

ROOT = Path(__file__).resolve().parent.parent
REVISIONS = [script.revision for script in ScriptDirectory.from_config(upgrade._config()).walk_revisions()][::-1]


def go(target, direction=command.upgrade):
    """Migrate the database of the current application, in one transaction, as ``cprac upgrade`` does."""
    db.session.remove()
    with upgrade._alone(db.engine) as connection:
        config = upgrade._config()
        config.attributes["connection"] = connection
        direction(config, target)


def tables():
    with db.engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def rows_of(*names):
    """Every row of some tables, read without the models: what is there, whatever the code thinks of it."""
    with db.engine.connect() as connection:
        found = {}
        for name in names:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            found[name] = sorted(map(repr, connection.execute(sa.select(table)).all()))
        return found


def cells_of(columns):
    """The rows of tables, in the given columns only: {table: [column]} → {table: rows}."""
    with db.engine.connect() as connection:
        found = {}
        for name, chosen in columns.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            found[name] = sorted(map(repr, connection.execute(sa.select(*(table.c[key] for key in chosen))).all()))
        return found


def columns_now():
    with db.engine.connect() as connection:
        look = sa.inspect(connection)
        return {name: sorted(column["name"] for column in look.get_columns(name)) for name in tables()}


def refuses(statement):
    """Whether the database refuses *statement*."""
    try:
        with db.engine.connect().execution_options(cprac_write=True) as connection, connection.begin():
            assert connection.execute(sa.text(statement)).rowcount != 0, "nothing there to be refused"
    except sa.exc.DBAPIError as error:
        return "o histórico não se altera" in str(error.orig)
    return False


FORBIDDEN = (
    "UPDATE event SET role = 'x'",
    "UPDATE event SET payload = payload",
    "DELETE FROM event",
    "UPDATE event_private SET payload = '{}'",
    "DELETE FROM access_log",
    "UPDATE access_log SET action = 'x'",
)


def history_is_locked():
    with db.engine.connect() as connection:
        assert triggers.expected(connection) <= triggers.names(connection)
    return [statement for statement in FORBIDDEN if not refuses(statement)] == []


def test_revisions_are_numbered_and_in_one_line():
    assert [int(revision) for revision in REVISIONS] == list(range(1, len(REVISIONS) + 1))
    assert upgrade.head() == REVISIONS[-1]
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert [name[:4] for name in names] == REVISIONS


def test_up_down_and_up_again_gives_the_schema_of_the_models_each_time(app):
    with app.app_context():
        for revision in REVISIONS[::-1]:
            script = ScriptDirectory.from_config(upgrade._config()).get_revision(revision)
            go(script.down_revision or "base", command.downgrade)
        assert tables() == set()
        with db.engine.connect() as connection:
            assert triggers.names(connection) == set()
        for revision in REVISIONS:
            go(revision)
        assert tables() == set(Base.metadata.tables)
        with db.engine.connect() as connection:
            options = {"compare_type": True, "render_as_batch": True}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, Base.metadata) == []
            assert triggers.expected(connection) <= triggers.names(connection)


def test_each_step_keeps_data_and_locks(app):
    """From one revision to the next and back, what both can hold is the same, and the history stays locked."""
    world = build_world(app, "talks", "filed")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(
                sa.text("INSERT INTO access_log (id, at, item, action) VALUES (1, '2026-03-01 12:00:00', 'x', 'view')")
            )
        assert history_is_locked()
        for lower, upper in reversed(list(itertools.pairwise(REVISIONS))):
            before = {name: set(columns) for name, columns in columns_now().items()}
            go(lower, command.downgrade)
            assert history_is_locked()
            shared = {name: [key for key in columns if key in before[name]] for name, columns in columns_now().items()}
            kept = cells_of(shared)
            go(upper)
            assert history_is_locked()
            assert cells_of(shared) == kept
            go(lower, command.downgrade)
            assert cells_of(shared) == kept
        go("head")
        day_cells.rebuild_facts()  # as `cprac upgrade` does: the columns came back empty
        assert verify(world.chamber).difference is None
        with db.engine.begin() as connection:  # to erase what is kept apart is allowed (LGPD), to change it is not
            assert connection.execute(sa.text("DELETE FROM event_private")).rowcount > 0
        assert verify(world.chamber).ok
        go("base", command.downgrade)  # the way back stays open with rows in every table
        assert tables() == set()


# --- cprac upgrade ----------------------------------------------------------------------------------------------------


def test_upgrade_builds_an_empty_database_once_and_records_the_procedure(app):
    with app.app_context():
        chamber = app.extensions["cprac"]
        go("base", command.downgrade)
        with db.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE alembic_version"))
        assert upgrade.pending(db.engine, chamber, "contagem") != []
        first = upgrade.upgrade(db.engine, chamber, "contagem", NOW)
        assert (first.before, first.after, first.recorded) == ("", REVISIONS[-1], (chamber.regulation.version,))
        again = upgrade.upgrade(db.engine, chamber, "contagem", NOW)
        assert (again.before, again.after, again.recorded) == (REVISIONS[-1], REVISIONS[-1], ())
        assert upgrade.pending(db.engine, chamber, "contagem") == []
        assert tables() == set(Base.metadata.tables)


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({"hash": "0" * 64}, "outro procedimento"),
        ({"chamber": "amazonas"}, "é da câmara 'amazonas'"),
        ({"procedure": "contagem-1999"}, "outro procedimento"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_procedure_that_changed_under_its_version_is_refused(app, change, complaint):
    with app.app_context():
        chamber = app.extensions["cprac"]
        upgrade.upgrade(db.engine, chamber, "contagem", NOW)
        with db.engine.begin() as connection:
            connection.execute(sa.update(RegulationVersion.__table__).values(change))
        with pytest.raises(upgrade.UpgradeError, match=complaint):
            upgrade.upgrade(db.engine, chamber, "contagem", NOW)
        assert complaint in upgrade.pending(db.engine, chamber, "contagem")[0]


@pytest.mark.databases("sqlite")
def test_a_version_in_use_whose_file_is_gone_is_refused_and_nothing_is_half_done(app):
    world = build_world(app, "filed")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.update(Case.__table__).values(procedure="contagem-2019.9"))
        with pytest.raises(ValueError, match=r"contagem@contagem-2019\.9\.toml"):
            upgrade.upgrade(db.engine, world.chamber, "contagem", NOW)
        assert rows_of("regulation_version") == {"regulation_version": []}


@pytest.mark.databases("sqlite")
def test_a_database_of_a_newer_program_is_left_alone(app):
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(upgrade.UpgradeError, match="mais nova do que este programa"):
            upgrade.upgrade(db.engine, app.extensions["cprac"], "contagem", NOW)
        assert "mais nova" in upgrade.pending(db.engine, app.extensions["cprac"], "contagem")[0]


@pytest.mark.databases("sqlite")
def test_a_version_that_is_not_locked_is_refused(app, tmp_path):
    import shutil

    from cprac.persistence.regulation_files import REGULATIONS

    shutil.copy(REGULATIONS / "contagem.toml", tmp_path / "contagem.toml")
    with app.app_context(), pytest.raises(upgrade.UpgradeError, match="cprac regulation lock"):
        upgrade.upgrade(db.engine, app.extensions["cprac"], tmp_path / "contagem.toml", NOW)


def test_two_upgrades_at_the_same_moment_are_one(app, processes, tmp_path):
    """Two processes that start together: one builds the schema, the other finds it built."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        go("base", command.downgrade)
        db.engine.dispose()
    answers = processes.race("upgrade", url, tmp_path, NOW, 2)
    assert sorted(answer["before"] for answer in answers) == ["", REVISIONS[-1]]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(RegulationVersion)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(EventRow)) == 0
