"""Files, dossiers and corrections: where they are read, written and handled."""

from django.urls import path

from commons.views import building_dossier, corrections, feedback, files, proposal_dossier

urlpatterns = [
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/sent/<str:shown>/", feedback.sent, name="feedback-sent"),
    path("files/<str:uid>/remove", files.remove_file, name="remove-file"),
    path("files/<str:uid>", files.file, {"variant": "original"}, name="file"),
    path("files/<str:uid>/<str:variant>", files.file, name="file"),
    path("<slug:city>/proposals/<str:uid>/files/", files.draft_files, name="draft-files"),
    path("<slug:city>/proposals/<str:uid>/dossier.pdf", proposal_dossier.dossier, name="proposal-dossier"),
    path("<slug:city>/proposals/<str:uid>/protocol/", proposal_dossier.protocol, name="protocol"),
    path("<slug:city>/buildings/<str:uid>/files/", files.building_files, name="building-files"),
    path("<slug:city>/buildings/<str:uid>/dossier/", building_dossier.dossier, name="building-dossier"),
    path(
        "<slug:city>/buildings/<str:uid>/dossier/how-to-ask/", building_dossier.how_to_ask, name="building-how-to-ask"
    ),
    path("<slug:city>/buildings/<str:uid>/dossier/<int:entry>/", building_dossier.settle, name="building-entry"),
    path("<slug:city>/tell-us/", corrections.tell, name="tell-us"),
    path("<slug:city>/tell-us/thanks/", corrections.thanks, name="told-us"),
    path("<slug:city>/corrections/", corrections.corrections, name="corrections"),
    path("<slug:city>/corrections/<str:uid>/", corrections.settle, name="correction"),
]
