"""Drafts of rubrics, an organisation's own competencies, and what a published statement says beyond its first place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "statement",
        sa.Column("also_at", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column("statement", sa.Column("left_out", sa.Text(), server_default="", nullable=False))
    # A version keeps its own title; the trigger that keeps versions as they are stands aside for what was left unsaid.
    op.add_column("rubric_version", sa.Column("title", sa.Text(), nullable=True))
    op.execute("ALTER TABLE rubric_version DISABLE TRIGGER keep_rows")
    op.execute("UPDATE rubric_version SET title = rubric.title FROM rubric WHERE rubric.id = rubric_id")
    op.execute("ALTER TABLE rubric_version ENABLE TRIGGER keep_rows")
    op.alter_column("rubric_version", "title", nullable=False)
    op.add_column("criterion_statement", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "own_competency",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'", name=op.f("ck_own_competency_key")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 200", name=op.f("ck_own_competency_name")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_own_competency_created_by_user")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_own_competency")),
    )
    op.create_table(
        "rubric_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("papers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_id"], ["rubric_version.id"], name=op.f("fk_rubric_draft_base_id_rubric_version")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_rubric_draft_created_by_user")),
        sa.ForeignKeyConstraint(
            ["published_id"], ["rubric_version.id"], name=op.f("fk_rubric_draft_published_id_rubric_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_draft")),
    )
    op.create_table(
        "rubric_draft_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), server_default="", nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["rubric_draft.id"], name=op.f("fk_rubric_draft_state_draft_id_rubric_draft")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_rubric_draft_state_saved_by_user")),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_rubric_draft_state")),
        sa.UniqueConstraint("id", name=op.f("uq_rubric_draft_state_id")),
    )


def downgrade() -> None:
    op.drop_table("rubric_draft_state")
    op.drop_table("rubric_draft")
    op.drop_table("own_competency")
    op.drop_column("rubric_version", "title")
    op.drop_column("criterion_statement", "position")
    op.drop_column("statement", "left_out")
    op.drop_column("statement", "also_at")
