"""What every route of the program is. A new route is added here by who wrote it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

_GROUPS = {
    "for all": """
        home accessibility self-assessment glossary feedback feedback-sent privacy
        open-data dataset dataset-city changes record city feature map calls
        call sessions tell-us told-us propose propose-find unsubscribe invitation draft-invited file
        export embed poster search search-city offline style
        needs need-new need-track house-gaps
        portal manifesto news ideas events events-calendar event-calendar
        figures figures-editions figures-edition figures-count figures-count-of figures-of programmes programme
        follow-view view-changes view-calendar record-changes record-calendar follow-stop
    """,
    "for programs": """
        manifest worker healthz robots sitemap sitemap-section layers layer-data map-svg map-png oembed
        tile-json tile-data tile-mvt catalog catalog-document
        api-schema api-docs ogc ogc-conformance ogc-api ogc-collections ogc-collection ogc-items
        suggestions suggestions-city news-feed house-gaps-csv
        figures-file figures-of-file programme-file figures-edition-file
        ogc-item ogc-queryables ogc-tilesets ogc-tileset ogc-tile ogc-without-slash export-file
    """,
    "of one's own": """
        inbox inbox-read inbox-open preferences own-data own-data-download my-organisations
        new-organisation my-organisation invite-member end-membership draft draft-save draft-similar
        draft-discard draft-submit draft-receipt draft-answer draft-withdraw draft-meeting draft-invite
        draft-files remove-file proposal-dossier me follow following following-change comment join join-answer
        house-keep house-part-new house-part support report evidence tokens portal-mine idea-new idea-edit event-new
        event-edit event-cancel event-files organisation-portal account-settings api-proposals api-proposal api-moves
        api-move api-comments api-join
        api-support api-follow api-me api-messages
    """,
    "of the office": """
        desk-home desk desk-bulk desk-funnel desk-why desk-moderation desk-calls desk-call-new
        desk-call desk-call-publish desk-proposal desk-compare desk-pact desk-move desk-act
        desk-needs desk-need desk-laboratories desk-laboratory-new desk-laboratory desk-laboratory-do
        desk-project-new desk-project desk-plans desk-plan-new desk-plan desk-monitoring
        desk-map desk-buildings desk-protocol desk-organisations desk-organisation protocol
        desk-quality desk-fix desk-export desk-export-file desk-figures desk-figure desk-figure-new desk-edition
        building-files building-dossier building-how-to-ask building-entry corrections correction
        desk-portal desk-news
        imports import-file import-progress import-run import-report import-source
    """,
    "administration": """
        admin
    """,
    "account": """
        openid_connect_login openid_connect_callback account_login account_logout account_inactive
        account_signup account_reauthenticate account_email account_email_verification_sent
        account_change_password account_set_password account_reset_password
        account_confirm_login_code account_confirm_email account_reset_password_from_key_done
        account_reset_password_from_key account_reset_password_done mfa_index mfa_authenticate
        mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes
        mfa_generate_recovery_codes mfa_download_recovery_codes socialaccount_login_cancelled
        socialaccount_login_error socialaccount_signup socialaccount_connections
    """,
}
KINDS = {name: kind for kind, names in _GROUPS.items() for name in names.split()}
# Pages of records: they go by the name `feature`.
UNNAMED = (
    "<slug:city>/neighbourhoods/<str:uid>/",
    "<slug:city>/districts/<str:uid>/",
    "<slug:city>/buildings/<str:uid>/",
    "<slug:city>/houses/<str:uid>/",
    "<slug:city>/proposals/<str:uid>/",
    "<slug:city>/pacts/<str:uid>/",
    "<slug:city>/needs/<str:uid>/",
    "<slug:city>/projects/<str:uid>/",
    "<slug:city>/laboratories/<str:uid>/",
    "<slug:city>/organisations/<str:uid>/",
    "<slug:city>/ideas/<str:uid>/",
    "<slug:city>/events/<str:uid>/",
)


def routes() -> Iterator[tuple[str, list[str]]]:
    """Name and parameters of every route: of the Italian pages once, of the administration as one."""

    def walk(patterns: list, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
        for one in patterns:
            if isinstance(one, URLResolver):
                if one.app_name == "admin":
                    yield "admin", []
                else:
                    space = f"{one.namespace}:" if one.namespace else ""
                    yield from walk(one.url_patterns, prefix + space)
            elif isinstance(one, URLPattern):
                name = f"{prefix}{one.name}" if one.name else str(one.pattern)
                yield name, list(one.pattern.converters)

    yield from dict(walk(get_resolver().url_patterns)).items()
