"""Where a house is kept by its people."""

from django.urls import path

from commons.hosting import views

urlpatterns = [
    path("<slug:city>/houses/<str:uid>/keep/", views.keep, name="house-keep"),
    path("<slug:city>/houses/<str:uid>/keep/<slug:kind>/", views.part, name="house-part-new"),
    path("<slug:city>/houses/<str:uid>/keep/<slug:kind>/<int:pk>/", views.part, name="house-part"),
]
