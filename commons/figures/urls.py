"""The pages of figures and programmes."""

from django.urls import path

from commons.views import figures

urlpatterns = [
    path("<slug:city>/figures/", figures.figures, name="figures"),
    path("<slug:city>/figures/data.<str:suffix>", figures.figures_file, name="figures-file"),
    path("<slug:city>/figures/editions/", figures.editions, name="figures-editions"),
    path("<slug:city>/figures/editions/<str:uid>/", figures.edition, name="figures-edition"),
    path("<slug:city>/figures/editions/<str:uid>/data.<str:suffix>", figures.edition_file, name="figures-edition-file"),
    path("<slug:city>/figures/count/<slug:indicator>/", figures.count, name="figures-count"),
    path("<slug:city>/figures/count/<slug:indicator>/<str:uid>/", figures.count, name="figures-count-of"),
    path("<slug:city>/figures/of/<str:uid>/", figures.figures_of, name="figures-of"),
    path("<slug:city>/figures/of/<str:uid>/data.<str:suffix>", figures.figures_of_file, name="figures-of-file"),
    path("<slug:city>/programmes/", figures.programmes, name="programmes"),
    path("<slug:city>/programmes/<str:uid>/", figures.programme, name="programme"),
    path("<slug:city>/programmes/<str:uid>/data.<str:suffix>", figures.programme_file, name="programme-file"),
]
