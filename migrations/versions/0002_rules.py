"""The rules that the database itself holds: what is published, submitted or recorded stays as it is."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit_event",
    "issued_file",
    "scorecard_version",
    "rating",
    "stage_move",
    "decision",
    "decision_criterion",
)
PUBLISHED = ("rubric_version", "posting", "statement", "criterion", "anchor", "criterion_statement")
OF_VERSION = {
    "posting": "NEW.version_id",
    "statement": "NEW.version_id",
    "criterion": "NEW.version_id",
    "anchor": "(SELECT version_id FROM criterion WHERE id = NEW.criterion_id)",
    "criterion_statement": "(SELECT version_id FROM criterion WHERE id = NEW.criterion_id)",
}


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table in (*APPEND_ONLY, *PUBLISHED):
        op.execute(f"""
            CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change()
        """)
        op.execute(f"""
            CREATE TRIGGER keep_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)

    # A version is written whole, in one transaction; rows cannot join it later.
    for table, version in OF_VERSION.items():
        op.execute(f"""
            CREATE FUNCTION refuse_late_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT transaction FROM rubric_version WHERE id = {version}) <> pg_current_xact_id()::text THEN
                    RAISE EXCEPTION 'this rubric version is published: an edit makes a new version'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$
        """)
        op.execute(f"""
            CREATE TRIGGER keep_version BEFORE INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_late_{table}()
        """)

    op.execute("""
        CREATE FUNCTION check_weights() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE total numeric;
        BEGIN
            SELECT sum(weight) INTO total FROM criterion WHERE version_id = NEW.version_id;
            IF total <> 1 THEN
                RAISE EXCEPTION 'the weights of a rubric version sum to 1, not %', total USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE CONSTRAINT TRIGGER weights AFTER INSERT ON criterion DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION check_weights()
    """)

    # An opening keeps its rubric version once its first interview has started.
    op.execute("""
        CREATE FUNCTION keep_pinned_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.version_id <> OLD.version_id AND EXISTS (
                SELECT 1 FROM interview WHERE opening_id = NEW.id AND cancelled_at IS NULL AND starts_at <= now()
            ) THEN
                RAISE EXCEPTION 'the opening keeps its rubric version: its first interview has started'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_pinned_version BEFORE UPDATE ON opening
        FOR EACH ROW EXECUTE FUNCTION keep_pinned_version()
    """)

    # A submitted or recused scorecard never becomes a draft again.
    op.execute("""
        CREATE FUNCTION keep_filed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.state IN ('submitted', 'recused') THEN
                    RAISE EXCEPTION 'a filed scorecard is never removed' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END IF;
            IF OLD.state IN ('submitted', 'recused') AND (
                NEW.state <> OLD.state OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at
                OR NEW.recused_at IS DISTINCT FROM OLD.recused_at OR NEW.panelist_id <> OLD.panelist_id
            ) THEN
                RAISE EXCEPTION 'a filed scorecard stays filed' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_filed BEFORE UPDATE OR DELETE ON scorecard
        FOR EACH ROW EXECUTE FUNCTION keep_filed()
    """)

    # The first reading is a fact: it is written once.
    op.execute("""
        CREATE FUNCTION keep_first_read() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.first_read_at IS NOT NULL AND NEW.first_read_at IS DISTINCT FROM OLD.first_read_at THEN
                RAISE EXCEPTION 'the first reading is recorded once' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_first_read BEFORE UPDATE ON standing
        FOR EACH ROW EXECUTE FUNCTION keep_first_read()
    """)

    # People's words: nothing but erasure, and erasure only through the function, which leaves an audit event.
    op.execute("""
        CREATE FUNCTION keep_personal_text() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND current_setting('hiring.erasing', true) = OLD.id::text
                AND NEW.id = OLD.id AND NEW.digest = OLD.digest AND NEW.body IS NULL AND NEW.erased_at IS NOT NULL
            THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'what people wrote is never changed: erase_personal_text() is the only way'
                USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON personal_text
        FOR EACH ROW EXECUTE FUNCTION keep_personal_text()
    """)
    op.execute("""
        CREATE TRIGGER keep_table BEFORE TRUNCATE ON personal_text
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)
    op.execute("""
        CREATE FUNCTION erase_personal_text(text_id uuid, event_id uuid, actor uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('hiring.erasing', text_id::text, true);
            UPDATE personal_text SET body = NULL, erased_at = now() WHERE id = text_id AND body IS NOT NULL;
            IF FOUND THEN
                INSERT INTO audit_event (id, at, actor_id, action, subject, subject_id)
                VALUES (event_id, now(), actor, 'personal_text.erased', 'personal_text', text_id);
            END IF;
            PERFORM set_config('hiring.erasing', '', true);
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION erase_personal_text(uuid, uuid, uuid)")
    for table in (*APPEND_ONLY, *PUBLISHED, "personal_text"):
        op.execute(f"DROP TRIGGER keep_rows ON {table}")
        op.execute(f"DROP TRIGGER keep_table ON {table}")
    for table in OF_VERSION:
        op.execute(f"DROP TRIGGER keep_version ON {table}")
        op.execute(f"DROP FUNCTION refuse_late_{table}()")
    for trigger, table in (
        ("weights", "criterion"),
        ("keep_pinned_version", "opening"),
        ("keep_filed", "scorecard"),
        ("keep_first_read", "standing"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in (
        "refuse_change",
        "check_weights",
        "keep_pinned_version",
        "keep_filed",
        "keep_first_read",
        "keep_personal_text",
    ):
        op.execute(f"DROP FUNCTION {function}()")
