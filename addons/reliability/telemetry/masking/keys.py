"""What the name of a value tells about it.

``userPassword``, ``user_password`` and ``user-password`` are the same words.  In a
structure, only values with well-known harmless names are shown; in prose, only values
with the name of a secret or of something personal are masked.
"""

import enum
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any


class Kind(enum.Enum):
    """What a value is, by its name."""

    SECRET = "secret"
    PERSON = "person"
    UNKNOWN = "unknown"
    TEXT = "text"
    """Harmless, but the text may contain anything."""
    NAME = "name"
    """The identifier of an order, a parcel, a request: it may look like a secret."""

    @property
    def is_shown(self) -> bool:
        """Whether a structure may show such values, their contents masked."""
        return self in (Kind.TEXT, Kind.NAME)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_STEMS = re.compile(
    "passw|passphrase|passwd|passcode|pw\\Z|kennwort|contrasen|motdepasse|senha|wachtwoord|clave"
    "|geheim|secret|segredo|token|apikey|accesskey|privatekey|credential"
    "|authori[sz]ation|cookie|signature|csrf|xsrf|jwt|bearer|sessionid|sessionkey"
    "|accesslicense"
)
"""Parts of the words, written together, of names of secrets."""
_SECRET_WORDS = _words(
    "pass pwd pw psw pin puk otp totp cvv cvc csc auth sid sig nonce creds jsessionid"
    " phpsessid hmac"
)
_OF_SECRET_KEYS = _words(
    "access account admin aes api app application auth client consumer crypto customer"
    " developer encryption function functions hmac host integration license licence"
    " maps master merchant partner private secret secure security server service"
    " shared signing ssh sso storage subscription user webhook"
)
"""Words before ``key`` that make it a secret: a primary key is none."""
_PERSON_WORDS = _words(
    # English
    "name names fullname surname lastname firstname forename nickname middlename user"
    " username login email emails phone phones telephone tel mobile cellphone fax"
    " gsm street streets city town locality suburb village address addresses addr"
    " contact contacts partner person customer client consignee consignor recipient"
    " recipients receiver addressee sender shipper shipto shipfrom billto soldto"
    " deliverto buyer attention attn birth birthday birthdate dob gender iban card pan"
    " holder owner cardholder beneficiary passport ssn vat signatory signer"
    " employee patient housenumber"
    # Spanish, Portuguese, Italian
    " nombre nombres apellido apellidos direccion domicilio calle poblacion localidad"
    " ciudad municipio telefono telefonos tlf tfno movil correo destinatario remitente"
    " consignatario cliente contacto persona dni nif nie razonsocial usuario usr nome"
    " cognome indirizzo citta comune cellulare mittente codicefiscale endereco morada"
    " rua cidade localidade telemovel contribuinte"
    # German, Dutch
    " vorname nachname familienname nachnamen strasse hausnummer ort stadt wohnort"
    " adresse anschrift empfanger absender kunde telefon handy ansprechpartner"
    " geburtsdatum kontoinhaber benutzer benutzername naam voornaam achternaam straat"
    " plaats woonplaats ontvanger afzender klant gebruiker"
    # French
    " nom prenom rue ville destinataire expediteur courriel utilisateur"
)
_TEXT_WORDS = _words(
    "error errors err fault faultcode faultstring faultactor exception exceptions"
    " warning warnings notice notices alert alerts problem problems failure failures"
    " reason reasons phrase cause causes description desc detail details message"
    " messages msg msgs text title summary hint help advice info information debug"
    " stack trace traceback stacktrace label labels comment response reply answer"
    " diagnostics explanation violation violations instance"
    # Spanish, Portuguese, Italian, German, Dutch, French
    " errores mensaje mensajes mens descripcion motivo detalle detalles respuesta aviso"
    " erro mensagem descricao errore messaggio descrizione risposta retorno"
    " fehler fehlertext meldung grund antwort fout melding bericht reden"
    " erreur erreurs raison reponse"
    # of web pages
    " html head body center div span pre strong big small table tr td th"
    " tbody thead ul ol li br hr p a b i u em h1 h2 h3 h4 h5 h6 font script style"
    " section header footer article main nav target rel"
)
_NAME_WORDS = _words(
    # identifiers
    "id ids uid uuid guid ref reference references number numbers num no nr index idx"
    " sequence seq tracking track barcode barcodes awb waybill sku ean gtin gln ref"
    " consignment correlation transaction request batch job queue channel worker"
    " process pid thread"
    # documents and goods
    " order orders invoice invoices shipment shipments shipping parcel parcels package"
    " packages pallet pallets pickup picking pickings transfer delivery deliveries"
    " manifest expedition document documents carrier warehouse stock product products"
    " article item items line lines lot serial service services"
    # state
    " status state states code codes cod type kind category class level severity"
    " priority result results outcome success successful ok done valid invalid missing"
    " required allowed pending active enabled retry retries attempt attempts step"
    # numbers and dates
    " count counter total totals size length limit offset page pages per max min"
    " maximum minimum date dates time times timestamp datetime day month year hour"
    " created updated modified changed started ended finished received sent expected"
    " expires expiry expiration expired duration elapsed seconds ms at on since until"
    " timeout quantity qty unit units uom weight volume width height depth dimension"
    " dimensions kg cm mm amount price cost rate currency discount percent"
    # protocols and programs
    " http https method verb url uri href path route endpoint port scheme protocol"
    " version api soap xml json xmlns schema format mime content encoding charset"
    " connection server accept host hostname origin jsonrpc download"
    " action event operation function module model models field"
    " fields column relation record records row rows constraint parameter param"
    " parameters pointer property attribute rule validation source lang language locale"
    " tz timezone country view menu default search file filename cids content"
    # Spanish, Portuguese, Italian, German, French
    " estado codigo resultado solicitud fecha hora numero envio envios albaran pedido"
    " factura referencia bultos bulto peso cantidad precio importe servicio tipo"
    " seguimiento etiqueta pais moneda expedicion localizador"
    " stato codice risultato spedizione ordine quantita importo servizio"
    " statuscode fehlercode fehlernummer zustand ergebnis anfrage datum uhrzeit nummer"
    " sendung sendungsnummer paket paketnummer auftrag auftragsnummer bestellung"
    " bestellnummer rechnung rechnungsnummer lieferung lieferschein gewicht menge preis"
    " betrag dienst etat statut resultat heure numero colis commande quantite montant"
)
_HARMLESS_WORDS = _TEXT_WORDS | _NAME_WORDS
_WELL_NAMED = _words(
    "tracking barcode barcodes awb waybill reference references uuid guid sku path"
)
"""Words that name an identifier without another word."""
_NEED_ID = _words("company user partner session")
"""Words that are harmless only before ``id`` or ``ids``."""
_NEED_OTHERS = _words("content default connection")
"""Words that are harmless only with others, such as ``content-type``."""
_SECRET_IN_QUERIES = _words("code state session")
_WEAK_HEADS = _words("key keys name number no nr line id code to from")
"""Last words of a name that tell little without the word before."""
_VERBS = _words("is was es ist est")
_WORD = re.compile(r"h\d\b|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_MAX_LENGTH = 100


def _cached(function: Callable[[str], Any]) -> Callable[[str], Any]:
    """Remember results for names; of a text that is too long for one, its end tells."""
    remembered = lru_cache(maxsize=1000)(function)
    return wraps(function)(lambda key: remembered(key[-_MAX_LENGTH:]))


@_cached
def words_of(key: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case, without accents and numbers."""
    plain = unicodedata.normalize("NFKD", key.replace("ß", "ss"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = plain.rpartition(":")[2]
    words = [word.lower() for word in _WORD.findall(plain)]
    return tuple(word for word in words if len(word) > 1) or tuple(words)


@_cached
def kind_of(key: str) -> Kind:
    """Return the kind of a value in a structure, by its name there."""
    words = words_of(key)
    if _is_secret(words):
        return Kind.SECRET
    if harmless := _harmless(words):
        named = len(harmless) > 1 or harmless[0] in _WELL_NAMED
        is_text = not named or harmless[-1] in _TEXT_WORDS
        return Kind.TEXT if is_text else Kind.NAME
    if _PERSON_WORDS.intersection(words):
        return Kind.PERSON
    return Kind.UNKNOWN


@_cached
def kind_in_query(key: str) -> Kind:
    """Return the kind of a parameter: ``code`` is a secret of OAuth there."""
    words = words_of(key)
    if len(words) == 1 and words[0] in _SECRET_IN_QUERIES:
        return Kind.SECRET
    return kind_of(key)


@_cached
def kind_in_prose(phrase: str) -> Kind:
    """Return the kind of a value in prose, by the up to three words before it."""
    parts = [part for part in phrase.split() if part.lower() not in _VERBS]
    words = words_of(parts[-1]) if parts else ()
    if len(parts) > 1 and words and words[-1] in _WEAK_HEADS:
        words = words_of(parts[-2]) + words
    if not words:
        return Kind.TEXT
    if _is_secret(words):
        return Kind.SECRET
    is_person = not _harmless(words) and _is_personal(words)
    return Kind.PERSON if is_person else Kind.TEXT


@_cached
def hides_contents(key: str) -> bool:
    """Return whether a structure hides all that is inside a value with this name.

    It is the last words that tell: ``AddressErrors`` are errors.
    """
    words = words_of(key)[-2:]
    return bool(words) and (
        _is_secret(words) or _is_personal(words) or words[-1] == "security"
    )


def _is_personal(words: tuple[str, ...]) -> bool:
    """Return whether the last of these words, or the one before, means people."""
    *before, head = words
    if head in _PERSON_WORDS or "".join(words) in _PERSON_WORDS:
        return True
    return head in _WEAK_HEADS and bool(_PERSON_WORDS.intersection(before[-1:]))


def _is_secret(words: tuple[str, ...]) -> bool:
    joined = "".join(words)
    if _SECRET_WORDS.intersection(words) or _SECRET_STEMS.search(joined):
        return True
    if words[-1:] in (("key",), ("keys",)):
        return bool(_OF_SECRET_KEYS.intersection(words[:-1]))
    return joined.endswith("key") and joined[:-3] in _OF_SECRET_KEYS


def _harmless(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the harmless words that a name consists of; empty if it does not."""
    found: list[str] = []
    for word in words:
        if word in _HARMLESS_WORDS or word in _NEED_ID or word == "name" and found:
            found.append(word)
        elif parts := _split(word):
            found += parts
        else:
            return ()
    is_incomplete = len(found) == 1 and found[0] in _NEED_OTHERS
    if is_incomplete or _NEED_ID.intersection(found) and found[-1] not in ("id", "ids"):
        return ()
    return tuple(found)


def _split(word: str) -> tuple[str, ...]:
    """Split words that are written together, such as ``trackingnumber``."""
    for length in range(3, len(word) - 1):
        if word[:length] in _HARMLESS_WORDS and word[length:] in _HARMLESS_WORDS:
            return word[:length], word[length:]
    return ()
