"""German: headings and cells as planners in Germany, Austria and Switzerland export them."""

from ccwb.intake.languages.language import Language

GERMAN = Language(
    headings={
        "moment": "zeitpunkt|beginn des intervalls|datum uhrzeit|datum zeit|zeitstempel|anrufzeit|anrufzeitpunkt|"
        "beginn|anrufbeginn|"
        "startzeit|eingangszeit|eingegangen am|erstellt am|eingang am|eingangszeitpunkt|zeitraum|intervallbeginn|"
        "intervallstart|intervall ab",
        "date": "datum|tag|anrufdatum|kalendertag|stichtag|eingangsdatum|bezugsdatum",
        "clock": "uhrzeit|zeit|stunde|intervall|zeitintervall|halbstunde|viertelstunde|zeit von|uhrzeit von|"
        "zeitfenster",
        "history:date": "von|datum von",
        "interval_end": "zeit bis|uhrzeit bis|bis|ende|anrufende|endzeit|intervallende|datum bis|beendet am",
        "calendar": "wochentag|jahr|kalenderwoche|kw|quartal|wochentage",
        "month": "monat|umfragemonat|berichtsmonat|kalendermonat",
        "agents:trained_for": "ausgebildet|ausgebildet für|geschult|geschult für|fähigkeiten|kann|einsetzbar|skills|"
        "schulungen|einsetzbar für|qualifikation|qualifikationen|kompetenzen",
        "project": "projekt|warteschlange|mandant|auftraggeber|kunde|queue|hotline|kampagne|dienst|leitung|projektname|"
        "mandantenname|acd gruppe|anrufgruppe|skillgruppe|abteilung|linie|rufnummer|servicenummer|schlange|"
        "heimatprojekt|"
        "stammprojekt",
        "channel": "kanal|medium|medientyp|kontaktart|kontaktkanal|kanaltyp|zugangsweg|eingangskanal|anrufart|"
        "kommunikationskanal",
        "interval_s": "intervalllänge|intervalldauer|länge des intervalls",
        "history:offered": "angeboten|anrufe|eingegangen|eingehend|eingang|ankommend|volumen|anrufvolumen|"
        "anrufaufkommen|"
        "kontaktvolumen|kontakte|anfragen|vorgänge|eingänge|anrufeingang|nachfrage|gesamtanrufe|anrufversuche|"
        "anrufe eingegangen|anrufe angeboten|inbound anrufe|mails|kontaktaufkommen",
        "history:handled": "angenommen|beantwortet|gespräche|bearbeitet|erledigt|entgegengenommen|bedient|"
        "geführte gespräche|verbunden|anrufe angenommen|anrufe beantwortet",
        "results:handled": "angenommen|beantwortet|gespräche|bearbeitet|erledigt|entgegengenommen|bedient|anrufe|"
        "kontakte|"
        "vorgänge|geführte gespräche|anrufe angenommen|anrufe beantwortet",
        "abandoned": "aufgelegt|verloren|abgebrochen|aufleger|abbrüche|abbrecher|verlorene anrufe|verzichter|"
        "nicht angenommen|unbeantwortet|nicht beantwortet|lost calls|verpasst|aufgegeben",
        "short_abandoned": "kurzaufleger|frühaufleger|kurzabbrecher|kurze abbrüche|kurz aufgelegt",
        "flowed_out": "überlauf|übergelaufen|abgeflossen|überlauf abgehend|überläufer",
        "blocked": "besetzt|abgewiesene versuche|versuche abgewiesen|blockiert|abgewiesen|leitung besetzt|"
        "besetztanrufe|besetztfälle",
        "transferred": "weiterverbunden|weitergeleitet|verbunden weiter|weiterleitungen|weiterverbindungen|übergeben",
        "answered_within": "annahme innerhalb von|innerhalb des schwellenwerts angenommen|"
        "innerhalb der schwelle angenommen|annahme innerhalb|im servicelevel|angenommen innerhalb|innerhalb|"
        "beantwortet innerhalb|"
        "angenommen im servicelevel|"
        "fristgerecht|innerhalb der frist|in der frist|rechtzeitig|angenommen im sl|angenommen in|im sl",
        "answer_within_s": "schwelle|schwellenwert|schwellenwert des servicelevels|servicelevel schwelle|zielzeit|"
        "annahmeziel|frist|sl schwelle|schwellwert",
        "service_level": "servicelevel|service level|servicegrad|servicelevel erreicht|sl ist|servicelevel ist|"
        "sl erreicht|servicequote|servicelevelquote",
        "aht_s": "bearbeitungszeit|bearbeitungsdauer|bz|øbz|mbz|dbz|durchschn bearbeitungszeit|vorgangsdauer|"
        "aht zeit|gesamtbearbeitungszeit|bearbeitungszeit je kontakt|handlingzeit|handling zeit",
        "records:aht_s": "dauer|anrufdauer|kontaktdauer",
        "talk_s": "sprechzeit|gesprächszeit|gesprächsdauer|gesprächslänge|sprechdauer|redezeit|dgz|verbindungszeit|"
        "verbindungsdauer",
        "hold_s": "haltezeit|haltedauer|halten|hold zeit",
        "wrap_s": "nachbearbeitung|nachbearbeitungszeit|nachbearbeitungsdauer|nacharbeit|nacharbeitszeit|nbz|"
        "nachbereitung|"
        "nachbereitungszeit|acw zeit",
        "asa_s": "wartezeit der angenommenen|wartezeit angenommene|annahmezeit|rufannahmezeit|annahmedauer|"
        "antwortzeit|reaktionszeit|antwortgeschwindigkeit|"
        "wartezeit angenommen|wartezeit bis annahme|wartezeit beantwortet|erstreaktionszeit|erstantwortzeit|"
        "zeit bis zur annahme|annahmegeschwindigkeit",
        "wait_s": "wartezeit|wartedauer|zeit in der warteschlange|annahmezeit|rufannahmezeit|klingelzeit|klingeldauer|"
        "antwortzeit|reaktionszeit|wartezeit bis annahme|erstreaktionszeit|wartet",
        "closed_unanswered": "ohne antwort geschlossen|unbeantwortet geschlossen|ohne antwort erledigt",
        "backlog_end": "rückstand|rückstand am ende|rückstand ende|bestand|bestand am ende|offene vorgänge|"
        "endbestand|restbestand|offen",
        "agents": "agenten|arbeitende agenten|agenten in arbeit|besetzung|eingesetzte agenten|anwesende agenten|"
        "angemeldete agenten|mitarbeiter|personal|"
        "köpfe|besetzte plätze|anwesend|eingesetzt|agenten im dienst",
        "answer_rate": "annahmequote|erreichbarkeit|beantwortungsquote|annahmegrad|annahmerate|erreichbarkeitsquote|"
        "angenommen quote",
        "abandonment": "abbruchquote|auflegequote|abbruchrate|verlustquote|verlustrate|aufgelegt quote|verloren quote|"
        "abandonquote|auflegerquote|aufgabequote|abgebrochen quote",
        "mean_wait_s": "wartezeit|wartedauer|max wartezeit|maximale wartezeit|längste wartezeit|längste wartedauer|"
        "maximale wartedauer|zeit in der warteschlange",
        "occupancy": "auslastung|auslastungsgrad|produktivität|belegung",
        "topic": "thema|grund|anliegen|kontaktgrund|anrufgrund|betreff|kategorie",
        "contact_id": "anrufnr|anruf nr|anruf id|kontakt id|vorgangsnr|vorgangsnummer|ticketnr|ticketnummer|fallnummer|"
        "kontaktnummer|nr|lfd nr|laufende nummer|gesprächs id|ruf id|kontaktnr|vorgang|anrufnummer|nummer",
        "records:agent": "mitarbeiter|agent|bearbeiter|kollege|personalnummer|personalnr|mitarbeitername|agentenname|"
        "sachbearbeiter|angenommen von|bearbeitet von|beantwortet von|name|mitarbeiternummer|benutzer|agentin",
        "results:agent": "mitarbeiter|agent|bearbeiter|kollege|personalnummer|personalnr|mitarbeitername|agentenname|"
        "sachbearbeiter|name|mitarbeiternummer|benutzer|agentin",
        "agents:agent": "personalnummer|personalnr|persnr|pers nr|mitarbeiternummer|mitarbeiternr|mitarbeiter id|"
        "agenten id|agentennummer|ma nr|kürzel|kennung|benutzer|stammnummer|mitarbeiterkennung",
        "agents:name": "name|mitarbeiter|mitarbeitername|vorname|vor und nachname|nachname|agentenname|bearbeiter|"
        "vollständiger name|kollege|name vorname|nachname vorname",
        "answered": "angenommen|beantwortet|status|ergebnis|anrufstatus|erreicht|gesprächsergebnis|anrufergebnis|"
        "bearbeitet|verbunden",
        "resolved": "gelöst|erledigt|erstlösung|sofort gelöst|fallabschließend|abgeschlossen|im erstkontakt gelöst|"
        "lösung",
        "rating": "zufriedenheit|bewertung|note|sterne|kundenzufriedenheit|kundenbewertung|zufriedenheitsnote",
        "resolved_contacts": "gelöst|erstlösung|sofort gelöst|fallabschließend|im erstkontakt gelöst|lösungen",
        "rated": "bewertet|lösung erfasst|davon erfasst|lösung bewertet",
        "survey_answers": "umfrageantworten|antworten|befragungen|bewertungen|umfragen|rückmeldungen",
        "survey_top_two": "zufrieden|positiv|zufriedene|top zwei|davon zufrieden|positive bewertungen",
        "quality_checks": "qualitätsprüfungen|prüfungen|geprüft|monitorings|qs prüfungen|bewertete gespräche",
        "quality_passed": "bestanden|prüfungen bestanden|davon bestanden",
        "team": "teamname|gruppe|teamleiter|teamleitung|vorgesetzter|einheit|teamleiterin",
        "hours_week": "wochenstunden|stunden|stunden pro woche|vertragsstunden|wochenarbeitszeit|vertragliche stunden|"
        "arbeitszeit|sollstunden|stunden woche|arbeitsstunden|vertragliche wochenstunden|std woche|std pro woche",
        "hired": "eintritt|eintrittsdatum|beginn|eingestellt|eingestellt am|startdatum|beschäftigt seit|seit|"
        "erster arbeitstag|vertragsbeginn|eintritt am",
        "left": "austritt|austrittsdatum|ende|ausgeschieden|vertragsende|letzter arbeitstag|austritt am|"
        "ausgeschieden am|bis",
        "hourly_cost": "vollkosten je stunde|stundensatz|stundenkosten|stundenlohn|kosten pro stunde|lohn|"
        "lohnkosten|kosten je stunde|"
        "kosten|satz",
        "survey": "umfrage|befragung|art|art der umfrage|umfrageart|art der befragung",
        "answers": "antworten|rückläufe|rücklauf|teilnehmer|befragte|teilnehmende|rückmeldungen",
        "favourable": "positiv|zufrieden|promotoren|befürworter|gelöst|bestanden|positive antworten|fürsprecher|"
        "zustimmend",
        "unfavourable": "negativ|unzufrieden|detraktoren|kritiker|negative antworten",
        "score_sum": "punktsumme|summe der punkte|summe der noten",
        "scale": "skala|bewertungsskala",
        "first_day": "datum|von|beginn|ab|erster tag|start|startdatum|tag|datum von|gültig ab|zeitraum von",
        "last_day": "bis|ende|letzter tag|enddatum|datum bis|gültig bis|zeitraum bis",
        "kind": "art|ereignisart|typ|art des ereignisses|kategorie",
        "event_name": "gesetzlicher feiertag|name|ereignis|bezeichnung|titel|feiertag|aktion|kampagnenname|"
        "beschreibung|anlass|ferien|was",
        "effect": "wirkung|erwartete wirkung|änderung|auswirkung|effekt|erwartete änderung|einfluss|mehrvolumen|"
        "veränderung",
        "begins": "beginn|von|start|ab|beginn am|anfang|startzeit|anmeldung|von datum|erster tag|seit",
        "ends": "ende|bis|endzeit|abmeldung|bis datum|letzter tag|ende am",
        "from_clock": "von|ab|beginn|frühestens|verfügbar ab|verfügbar von|uhrzeit von|zeiten",
        "to_clock": "bis|ende|spätestens|verfügbar bis|uhrzeit bis",
        "weekday": "wochentag|wochentage",
        "wants": "wunsch|möchte|wünscht|wunschschicht|präferenz",
        "weight": "gewicht|wichtigkeit|priorität",
        "state": "status|zustand|agentenstatus|pausengrund|statuscode|präsenz",
        "activity": "tätigkeit|aktivität|art|code",
        "shift": "schicht|schichtart|schichtname|dienstart",
        "absence_kind": "art|abwesenheit|abwesenheitsart|grund|abwesenheitsgrund|typ",
        "note": "bemerkung|notiz|anmerkung|kommentar",
        "cost_kind": "kostenart|art|konto|kategorie|art der kosten|kostengruppe|kostentyp",
        "amount": "betrag|kosten|summe|wert|nettobetrag|netto|gesamtbetrag|rechnungsbetrag",
        "measure": "kennzahl|kpi|messgröße|indikator|kenngröße",
        "numerator": "zähler",
        "denominator": "nenner|basis|grundgesamtheit",
        "value": "wert|ergebnis|ist|istwert|ist wert",
    },
    filler="durchschnitt durchschnittlich durchschn durchschnittl schnitt mittel mittlere anzahl anz der die das "
    "des dem "
    "den pro je und aller alle gesamt summe insgesamt ges",
    contact="anruf kontakt telefonat interaktion call",
    rate="prozent prozentsatz anteil quote proz",
    total="summe gesamt insgesamt ges",
    mean="durchschnitt durchschnittlich durchschn durchschnittl schnitt mittel mittlere pro je",
    prefixes=("gesamt", "durchschnitts"),
    endings=("en", "er", "es", "em", "e", "n", "s"),
    units={
        "hours": "std stunde stunden h",
        "minutes": "min minute minuten",
        "seconds": "s sek sec sekunde sekunden",
    },
    months=(
        "januar jänner jän jan",
        "februar feber feb",
        "märz mrz mär",
        "april apr",
        "mai",
        "juni jun",
        "juli jul",
        "august aug",
        "september sept sep",
        "oktober okt",
        "november nov",
        "dezember dez",
    ),
    weekdays="montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so",
    clock={"uhr": "", "bis": "-", "ab": "", "mez": "+01:00", "mesz": "+02:00"},
    yes="ja j angenommen beantwortet bearbeitet erreicht verbunden gelöst erledigt wahr",
    no="nein aufgelegt verloren abgebrochen unbeantwortet nichtangenommen nichtbeantwortet verpasst nichterreicht "
    "ungelöst "
    "nichtgelöst offen falsch besetzt abbruch aufleger",
    missing="k.a.|k. a.|keine angabe|ohne angabe|keine|leer|entfällt|n.v.|unbekannt",
    channels={
        "voice": "telefon telefonie anruf anrufe sprache festnetz telefonisch hotline tel",
        "chat": "chat livechat webchat",
        "email": "email mail mails emails",
        "social": "socialmedia sozialemedien soziale netzwerke sozialenetzwerke",
        "callback": "rückruf rückrufe rückrufwunsch rückrufwünsche callback",
    },
    costs={
        "labour": "personal personalkosten lohn löhne gehalt gehälter lohnkosten lohnundgehalt",
        "technology": "technik technologie software lizenzen lizenz telefonie hardware edv itkosten telefonkosten",
        "infrastructure": "infrastruktur miete räume gebäude büro energie strom raumkosten nebenkosten",
        "operations": "betrieb betriebskosten schulung schulungen leitung sonstige sonstiges reisen reisekosten "
        "dienstleistungen recruiting",
    },
    surveys={
        "csat": "kundenzufriedenheit zufriedenheit",
        "nps": "weiterempfehlung weiterempfehlungsbereitschaft",
        "ces": "kundenaufwand aufwand",
        "fcr": "erstlösung erstlösungsquote",
        "employee": "mitarbeiterzufriedenheit mitarbeiterbefragung mitarbeiter",
        "quality": "qualität qualitätsprüfung",
    },
    events={
        "campaign": "kampagne werbeaktion aktion werbung mailing werbekampagne",
        "price change": "preisänderung preiserhöhung preisanpassung preissenkung",
        "outage": "störung ausfall systemausfall",
        "closure": "schließung schließtag betriebsferien geschlossen betriebsruhe",
        "other": "sonstiges sonstige andere anderes feiertag ferien",
    },
    days={
        "mon": "montag mo",
        "tue": "dienstag di",
        "wed": "mittwoch mi",
        "thu": "donnerstag do",
        "fri": "freitag fr",
        "sat": "samstag sonnabend sa",
        "sun": "sonntag so",
    },
    absences={
        "leave": "urlaub erholungsurlaub urlaubstag sonderurlaub frei freistellung",
        "illness": "krank krankheit arbeitsunfähig au krankmeldung",
        "appointment": "termin arzttermin arzt arztbesuch behördengang",
        "training": "schulung training fortbildung weiterbildung seminar",
        "meeting": "besprechung teambesprechung teammeeting sitzung",
    },
    wants={
        "off": "frei freierwunsch freiwunsch tagfrei",
        "work": "arbeiten arbeit dienst",
        "early": "früh frühschicht frühdienst",
        "late": "spät spätschicht spätdienst",
    },
    activities={
        "work": "arbeit telefonie produktiv",
        "lunch": "mittag mittagspause",
        "break": "pause kurzpause bildschirmpause",
        "training": "schulung",
        "meeting": "besprechung",
        "leave": "urlaub",
        "illness": "krank krankheit",
        "appointment": "termin",
    },
    money="€ eur euro chf fr sfr",
)
