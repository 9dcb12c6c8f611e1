"""The README of an edition: what is in it, under which licences, and what changed since the edition before."""

import json
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from mapping.layers import LAYERS
from neighbourhoods.vocabulary import Licence

Records = dict[str, dict[str, str]]


def readme(day: date, written: dict[str, bytes], before: Path | None) -> str:
    """The whole text, in Italian and in short in English."""
    records = records_of(written)
    return "\n".join(
        [
            f"# Mappa Comune, edizione del {day.isoformat()}",
            "",
            "Tutti i dati pubblici della mappa: chi li riusa cita la fonte e rispetta la licenza di ogni dato.",
            "",
            "- `geojson/`, `csv/`: un file per livello; `mappa-comune.gpkg`: gli stessi livelli in un GeoPackage.",
            "- `records/`: le righe di ogni tabella, per caricarle in un'altra installazione con"
            " `script/manage load_edition FILE` in una base di dati vuota.",
            "- `odbl/`: i dati con licenza ODbL 1.0, in file loro. Chi li unisce ad altri dati e li ripubblica usa"
            " la stessa licenza.",
            "- `code-lists.csv`: i valori degli elenchi con le parole in italiano e in inglese.",
            "- `manifest.json`: dimensione e SHA-256 di ogni file. Gli stessi dati danno gli stessi byte.",
            "",
            "All the public data of the map: one file per layer, the rows of every table to load elsewhere, ODbL"
            " records in files of their own, the words of the code lists, and a manifest with their SHA-256.",
            "",
            "## Licenze",
            "",
            *licences(written),
            "",
            "## Livelli",
            "",
            *(f"- `{slug}`: {layer.title}. {layer.description}" for slug, layer in LAYERS.items()),
            "",
            "## Cambiamenti",
            "",
            *changes(records, before),
            "",
        ]
    )


def licences(written: dict[str, bytes]) -> list[str]:
    """How many rows there are under each licence, and whose they are."""
    found: Counter[tuple[str, str]] = Counter()
    for name, body in written.items():
        if name.endswith(".jsonl"):
            rows = [json.loads(one) for one in body.splitlines()]
            found.update((one["licence"], one.get("attribution", "")) for one in rows if "licence" in one)
    return [
        f"- {Licence(licence).value} ({Licence(licence).url}): {count} righe{', ' + owner if owner else ''}"
        for (licence, owner), count in sorted(found.items())
    ]


def records_of(written: dict[str, bytes]) -> Records:
    """By table, the rows by what names them, without their number."""
    found: Records = {}
    for name, body in written.items():
        if name.endswith(".jsonl"):
            rows = found.setdefault(Path(name).stem, {})
            for one in body.splitlines():
                row: dict[str, Any] = json.loads(one)
                number = row.pop("n")
                rows[row.get("uid") or row.get("slug") or str(number)] = json.dumps(row, sort_keys=True)
    return found


def changes(now: Records, before: Path | None) -> list[str]:
    """What is new, changed and gone in each table since the edition before."""
    if before is None:
        return ["È la prima edizione: non c'è niente con cui confrontarla."]
    with zipfile.ZipFile(before) as archive:
        bodies = {name: archive.read(name) for name in archive.namelist() if name.endswith(".jsonl")}
    then, said = records_of(bodies), []
    for table in sorted(now.keys() | then.keys()):
        old, new = then.get(table, {}), now.get(table, {})
        changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
        counts = (len(new.keys() - old.keys()), changed, len(old.keys() - new.keys()))
        if any(counts):
            said.append("- `{}`: {} nuove, {} cambiate, {} non più pubbliche".format(table, *counts))
    return [f"Rispetto a `{before.name}`:", "", *(said or ["Nessun cambiamento."])]
