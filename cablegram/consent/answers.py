"""The words that answer us, by language: what stops, what starts, what asks for help.

`STRONG` words mean one thing in a text to a sender: alone, first or last they are an opt-out, elsewhere a person has to
look (R62). `ALONE` words and sayings are an opt-out when they are the whole text, `MAYBE` ones when a person says so.
Sources: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe; in force since 2025-04-11), the
lists that US carriers and their partners publish, R72 (BAJA), and each language's own usage. Checked 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

ByLanguage = Mapping[str, str]
"""A language (ISO 639-1) and its words; "," stands between them, several words may belong together."""

STRONG: ByLanguage = {
    "en": "stop, stopall, unsubscribe, optout, unsub, unsubscribed, unsubscibe, unsuscribe, unsubcribe, unsubscrib,"
    "unsubsribe, unsubcsribe, unscubscribe, unsubscirbe",
    "es": "desuscribir, desuscribirme, desuscribirse, desuscribanme, desuscribeme",
    "fr": "stopper, desabonner, desabonnement, désinscrire, désinscription, desabonnez, desinscrivez",
    "de": "stopp, abbestellen, abmelden, abmeldung",
    "pt": "descadastrar, descadastre, descadastro, desinscrever, desinscreva",
    "it": "disiscrivi, disiscrivimi, disiscrivetemi, disiscrivermi, disiscrizione",
    "nl": "afmelden, uitschrijven",
    "sv": "avregistrera, avprenumerera, avsluta",
    "da": "afmeld, afmelding",
    "no": "avmeld",
    "pl": "wypisz, rezygnuję",
    "ru": "стоп, отписаться, отписка, отпишите",
    "uk": "відписатися, відпишіть",
    "zh": "退订, 退訂, 取消订阅, 取消訂閱",
    "ja": "配信停止",
    "ko": "수신거부",
    "he": "הסר, הסירו",
}

ALONE: ByLanguage = {
    "en": "end, quit, cancel, revoke, remove, delete, halt, cease, opt out, opting out, stop all, stop it, stop this,"
    "stop that, stop now, quit it, end it, no more, no mas, leave me alone, leave us alone, dont text me,"
    "dont message me, dont contact me, dont text, dont message, dont contact, dont call or text me, cease and desist,"
    "unsubscribe all, cancel all, end all, take me off, remove me, delete me, i want out, let me out, i opt out,"
    "i dont want this, i dont want any more, dont want any more, not interested remove me",
    "es": "baja, de baja, la baja, alto, parar, pare, paren, para, detener, cancelar, cancela, cancele, cancelen,"
    "salir, fin, basta, terminar, no mas, ya no, ya no mas, eliminar, borrar, anular, ya basta, basta ya, nunca mas,"
    "no quiero mas, ya no quiero, no quiero nada, darse de baja, baja definitiva, "
    "no molestar, no me molesten, no me molestes,"
    "no molesten",
    "fr": "arrêt, arrêter, arrête, arrêtez, arrett, annuler, annulez, fin, supprimer, résilier, résiliation, ça suffit,"
    "plus rien, assez",
    "de": "ende, halt, beenden, kündigen, kuendigen, kündigung, aufhören, aufhoeren, löschen, loeschen, austragen,"
    "abbrechen, austreten, schluss, schluss damit, nie wieder, hört auf, hör auf, hören sie auf",
    "pt": "parar, pare, parem, sair, cancelar, cancele, cancela, remover, remova, excluir, fim, chega,"
    "encerrar, não quero mais,"
    "não mais",
    "it": "basta, non voglio più, ferma, fermati, fermatevi, annulla, annullare, cancella,"
    "cancellami, cancellatemi, cancellazione,"
    "esci, rimuovi, disdici, disdire, disdetta, disattiva, non più, smetti, smettila, smettetela, adesso basta",
    "nl": "stoppen, einde, opzeggen, annuleren, beëindigen, hou op, geen berichten meer",
    "sv": "sluta, avbryt, avslut",
    "da": "stop det, opsig",
    "no": "avslutt, slutt, avbestill",
    "fi": "lopeta, peruuta",
    "pl": "koniec, anuluj, zatrzymaj, zrezygnuj",
    "cs": "konec, odhlásit, zrušit",
    "ro": "oprire, dezabonare, dezabonează",
    "hu": "leiratkozás, leiratkozom",
    "el": "διακοπή, διαγραφή, τέλος",
    "tr": "dur, iptal, ret, çık, iptal et",
    "ru": "хватит, прекратите, отмена, отказ, отстаньте, выход",
    "uk": "досить, припиніть, скасувати",
    "id": "berhenti, batal, henti",
    "tl": "itigil, tigil, tama na",
    "vi": "hủy, dừng, ngừng, từ chối",
    "zh": "停止, 退出, 取消, td, 停, 不要再发, 不要再发了, 别发了, 别再发了",
    "ja": "停止, 解除, 中止, やめて, やめてください, 退会, 送らないで, 送らないでください",
    "ko": "중지, 그만, 거부, 해지, 차단",
    "ar": "توقف, إيقاف, الغاء, إلغاء, قف",
    "he": "הסרה, תפסיקו, די",
    "hi": "बंद, बंद करो, बंद करें, रोकें, रोको, band karo",
}

MAYBE: ByLanguage = {
    "en": "enough, enough already, block, blocked, spam, scam, reported, stp, sotp, stpo, tsop, stoop, sttop, stopo,"
    "stpp, atop, dtop, stoo, sto p, s top",
    "es": "spam, bloquear, bloqueado",
    "fr": "spam, bloquer",
    "de": "spam, genug",
    "pt": "spam, bloquear",
    "it": "spam, fine",
}

START: ByLanguage = {
    "en": "start, unstop, subscribe, resubscribe, resume, optin, opt in, join, start again, unstop me, subscribe me",
    "es": "iniciar, inicio, comenzar, empezar, alta, suscribir, suscribirme, reanudar",
    "fr": "démarrer, commencer, reprendre, sabonner, minscrire, inscription",
    "de": "starten, anmelden, fortsetzen, anmeldung",
    "pt": "iniciar, começar, retomar, inscrever, assinar",
    "it": "inizia, iniziare, avvia, iscrivi, iscrivimi, riprendi",
}

YES: ByLanguage = {
    "en": "yes, y, yep, yeah, yup, yes i do, yes i agree, i agree, confirm, yes confirm",
    "es": "sí, acepto, confirmo, si acepto, sí quiero",
    "fr": "oui, je confirme, jaccepte",
    "de": "ja, ja ich will, bestätigen, ich stimme zu",
    "pt": "sim, aceito, confirmo",
    "it": "sì, accetto, confermo",
    "nl": "ja, akkoord",
    "ru": "да",
    "pl": "tak",
}

HELP: ByLanguage = {
    "en": "help, info, information, help me, more info, need help, i need help",
    "es": "ayuda, información, infórmame, necesito ayuda",
    "fr": "aide, infos, renseignement",
    "de": "hilfe, infos, informationen",
    "pt": "ajuda, informações, preciso de ajuda",
    "it": "aiuto, informazioni, assistenza",
    "nl": "hulp",
    "pl": "pomoc",
    "ru": "помощь, инфо",
}

# What may stand around a word without changing it.
COURTESY: ByLanguage = {
    "en": "please, thanks, thank, you, now, immediately, asap, hi, hello, hey, sir, ok, okay, kindly, just, already",
    "es": "por, favor, porfa, gracias, ahora, hola, ya, inmediatamente, porfavor, urgente",
    "fr": "merci, svp, stp, sil, vous, plaît, te, bonjour, maintenant, salut, immédiatement",
    "de": "bitte, danke, jetzt, hallo, sofort",
    "pt": "obrigado, obrigada, agora, olá, oi",
    "it": "per, favore, grazie, ora, subito, ciao, salve, buongiorno, adesso",
    "nl": "alsjeblieft, alstublieft, dank, dankjewel, aub",
}

# Words that make of "stop" all that we send, and of nothing else.
EVERYTHING = frozenset({"stopall", "stop all", "unsubscribe all", "cancel all", "end all"})
