"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "first_tables"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Every table."""
    op.create_table(
        "admin_codes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_admin_codes"),
    )
    op.create_table(
        "changes",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("noun_id", KEY, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_member_id_id", "changes", ["member_id", "id"])
    op.create_index("ix_changes_message_id", "changes", ["message_id"])
    op.create_index("ix_changes_noun_noun_id", "changes", ["noun", "noun_id"])
    op.create_table(
        "competitors",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_competitors"),
        sa.UniqueConstraint("name", name="uq_competitors_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("incoming", JSON, nullable=False),
        sa.Column("transcript", sa.Text(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("platform", "dedupe_key", name="uq_inbox_platform_dedupe_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_platform_user_id_id", "inbox", ["platform", "user_id", "id"])
    op.create_index(
        "ix_inbox_unfinished",
        "inbox",
        ["id"],
        sqlite_where=sa.text("status IN ('new', 'claimed')"),
        postgresql_where=sa.text("status IN ('new', 'claimed')"),
    )
    op.create_table(
        "media",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_media"),
    )
    op.create_table(
        "members",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), server_default="", nullable=False),
        sa.Column("supervisor_id", KEY, nullable=True),
        sa.Column("addresses", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["supervisor_id"], ["members.id"], name="fk_members_supervisor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "products",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("name", name="uq_products_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "talk_tracks",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signals", JSON, nullable=False),
        sa.Column("node_keys", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_tracks"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "accounts",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_accounts_member_id"),
        sa.PrimaryKeyConstraint("platform", "user_id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_member_id", "accounts", ["member_id"])
    op.create_table(
        "customers",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("industry", sa.Text(), server_default="", nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_customers_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("name", name="uq_customers_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customers_owner_id", "customers", ["owner_id"])
    op.create_table(
        "dialogs",
        sa.Column("member_id", KEY, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_dialogs_member_id"),
        sa.PrimaryKeyConstraint("member_id", name="pk_dialogs"),
    )
    op.create_table(
        "nudges",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("send_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_nudges_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_nudges"),
        sa.UniqueConstraint("key", name="uq_nudges_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nudges_member_id_step_sent_at", "nudges", ["member_id", "step", "sent_at"])
    op.create_index(
        "ix_nudges_planned",
        "nudges",
        ["send_at"],
        sqlite_where=sa.text("status = 'planned'"),
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_index("ix_nudges_subject_subject_id", "nudges", ["subject", "subject_id"])
    op.create_table(
        "open_cards",
        sa.Column("member_id", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("card", JSON, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_open_cards_member_id"),
        sa.PrimaryKeyConstraint("member_id", "key", name="pk_open_cards"),
    )
    op.create_index("ix_open_cards_member_id_opened_at", "open_cards", ["member_id", "opened_at"])
    op.create_table(
        "contacts",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("department", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contacts_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contacts_customer_id", "contacts", ["customer_id"])
    op.create_table(
        "customer_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_names_customer_id"),
        sa.PrimaryKeyConstraint("name", "customer_id", name="pk_customer_names"),
    )
    op.create_index("ix_customer_names_customer_id", "customer_names", ["customer_id"])
    op.create_table(
        "opportunities",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("stage_key", sa.Text(), nullable=False),
        sa.Column("stage_entered_at", MOMENT, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lost_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_opportunities_customer_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_opportunities_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opportunities"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_opportunities_customer_id", "opportunities", ["customer_id"])
    op.create_table(
        "outbox",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("outgoing", JSON, nullable=False),
        sa.Column("nudge_id", KEY, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("message_ref", sa.Text(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudges.id"], name="fk_outbox_nudge_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("idempotency_key", name="uq_outbox_idempotency_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_platform_user_id_key_id", "outbox", ["platform", "user_id", "key", "id"])
    op.create_index(
        "ix_outbox_unfinished",
        "outbox",
        ["priority", "id"],
        sqlite_where=sa.text("status IN ('new', 'claimed')"),
        postgresql_where=sa.text("status IN ('new', 'claimed')"),
    )
    op.create_table(
        "visits",
        sa.Column("id", KEY, sa.Identity(start=1001), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("no_next_action", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("progress", sa.Text(), server_default="", nullable=False),
        sa.Column("quotes", JSON, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("media_refs", JSON, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=True),
        sa.Column("card_key", sa.Text(), server_default="", nullable=False),
        sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_visits_customer_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_visits_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_visits_customer_id_id", "visits", ["customer_id", "id"])
    op.create_index("ix_visits_happened_on", "visits", ["happened_on"])
    op.create_index("ix_visits_member_id_updated_at", "visits", ["member_id", "updated_at"])
    op.create_table(
        "next_actions",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("visit_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("snoozes", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_next_actions_customer_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_next_actions_member_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_next_actions_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_next_actions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_next_actions_customer_id", "next_actions", ["customer_id"])
    op.create_index("ix_next_actions_member_id_status", "next_actions", ["member_id", "status"])
    op.create_index("ix_next_actions_visit_id", "next_actions", ["visit_id"])
    op.create_table(
        "node_items",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("node_key", sa.Text(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("visit_id", KEY, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("alert_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opportunity_id", KEY, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence_refs", JSON, nullable=False),
        sa.Column("snoozes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_node_items_customer_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_node_items_member_id"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunities.id"], name="fk_node_items_opportunity_id"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_node_items_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_node_items"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_node_items_customer_id_status", "node_items", ["customer_id", "status"])
    op.create_index("ix_node_items_member_id_status", "node_items", ["member_id", "status"])
    op.create_index("ix_node_items_visit_id", "node_items", ["visit_id"])
    if op.get_bind().dialect.name == "sqlite":
        # Where PostgreSQL counts from the start of the identity, SQLite goes on from this row.
        op.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('visits', 1000)")


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_table("node_items")
    op.drop_table("next_actions")
    op.drop_table("visits")
    op.drop_table("outbox")
    op.drop_table("opportunities")
    op.drop_table("customer_names")
    op.drop_table("contacts")
    op.drop_table("open_cards")
    op.drop_table("nudges")
    op.drop_table("dialogs")
    op.drop_table("customers")
    op.drop_table("accounts")
    op.drop_table("talk_tracks")
    op.drop_table("settings")
    op.drop_table("products")
    op.drop_table("members")
    op.drop_table("media")
    op.drop_table("inbox")
    op.drop_table("counters")
    op.drop_table("competitors")
    op.drop_table("changes")
    op.drop_table("admin_codes")
