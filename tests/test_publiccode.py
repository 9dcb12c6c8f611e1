"""`publiccode.yml` holds what version 0 of the standard makes mandatory, and says what is true of this repository."""

import tomllib
from copy import deepcopy

import jsonschema
import pytest
import yaml
from django.conf import settings

from tests.source import ROOT

TEXT = {"type": "string", "minLength": 1}
TYPES = ["standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
         "standalone/other", "addon", "library", "configurationFiles"]  # fmt: skip
SCHEMA = {
    "type": "object",
    "required": ["publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description",
                 "legal", "maintenance", "localisation"],
    "properties": {
        "publiccodeYmlVersion": {"const": "0"},
        "name": TEXT,
        "url": {"type": "string", "pattern": "^https?://[^/]+/"},
        "platforms": {"type": "array", "minItems": 1, "items": TEXT},
        "developmentStatus": {"enum": ["concept", "development", "beta", "stable", "obsolete"]},
        "softwareType": {"enum": TYPES},
        "categories": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[a-z-]+$"}},
        "description": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
            "additionalProperties": {
                "type": "object",
                "required": ["shortDescription", "longDescription", "features"],
                "properties": {
                    "shortDescription": {"type": "string", "minLength": 1, "maxLength": 150, "pattern": "^[^\n]+$"},
                    "longDescription": {"type": "string", "minLength": 150, "maxLength": 10000},
                    "features": {"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 100}},
                },
            },
        },
        "legal": {"type": "object", "required": ["license"], "properties": {"license": TEXT}},
        "maintenance": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"enum": ["internal", "contract", "community", "none"]},
                "contacts": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["name"]}},
                "contractors": {"type": "array", "minItems": 1,
                                "items": {"type": "object", "required": ["name", "until"]}},
            },
            "allOf": [
                {"if": {"properties": {"type": {"enum": ["internal", "community"]}}},
                 "then": {"required": ["contacts"]}},
                {"if": {"properties": {"type": {"const": "contract"}}}, "then": {"required": ["contractors"]}},
            ],
        },
        "localisation": {
            "type": "object",
            "required": ["localisationReady", "availableLanguages"],
            "properties": {
                "localisationReady": {"type": "boolean"},
                "availableLanguages": {"type": "array", "minItems": 1, "items": TEXT},
            },
        },
        "organisation": {"type": "object", "required": ["uri"]},
        "it": False,  # this section is deprecated: the standard has nothing for Italy alone any more
    },
}  # fmt: skip
FAULTS = {
    "no name": lambda it: it.pop("name"),
    "another version": lambda it: it.update(publiccodeYmlVersion="0.2"),
    "no address": lambda it: it.update(url="mappa-comune"),
    "no platform": lambda it: it.update(platforms=[]),
    "an unknown status": lambda it: it.update(developmentStatus="nearly"),
    "an unknown type": lambda it: it.update(softwareType="website"),
    "no language": lambda it: it.update(description={}),
    "too long": lambda it: it["description"]["it"].update(shortDescription="a" * 151),
    "too short": lambda it: it["description"]["en"].update(longDescription="a" * 149),
    "no features": lambda it: it["description"]["en"].pop("features"),
    "no licence": lambda it: it["legal"].pop("license"),
    "nobody to write to": lambda it: it["maintenance"].update(type="community"),
    "a contract with nobody": lambda it: it["maintenance"].update(type="contract"),
    "no localisation": lambda it: it["localisation"].pop("localisationReady"),
    "an organisation without address": lambda it: it.update(organisation={"name": "Comune"}),
    "the Italian section of old": lambda it: it.update(it={"countryExtensionVersion": "0.2"}),
}


@pytest.fixture
def said() -> dict:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text())


def test_it_holds_what_the_standard_makes_mandatory(said):
    jsonschema.validate(said, SCHEMA)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_schema_finds(said, fault):
    wrong = deepcopy(said)
    FAULTS[fault](wrong)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_what_it_says_of_the_program_is_so(said):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert said["softwareVersion"] == project["version"]
    assert said["localisation"]["availableLanguages"] == [code for code, _name in settings.LANGUAGES]
    assert set(said["description"]) == {code for code, _name in settings.LANGUAGES}
    python = next(one for one in said["dependsOn"]["open"] if one["name"] == "Python")
    assert project["requires-python"] == f">={python['versionMin']}"
