"""Sayings that answer us: whole requests, wherever in the text they stand.

A line is words in a row; `a|b` is one or the other, `a?` may be missing. `REQUESTS` are opt-outs as a reasonable person
would read them ("please stop texting me", 47 CFR 64.1200(a)(10)). `HINTS` make a person look. `IDIOMS` hold a stop word
that says something else: the word then counts as one that stands elsewhere. `DENIED` and `OTHERS` in front of a
request make it one that somebody should look at: "don't ...", "tell him to ...".
"""

from __future__ import annotations

from collections.abc import Mapping

REQUESTS: Mapping[str, str] = {
    "en": """
        stop|quit|cease texting|messaging|contacting|spamming|bothering|harassing|emailing|annoying|pestering|calling
        stop|quit|cease sending me|us|these|this|any|texts|messages|sms|spam|crap|to|more|your|all|marketing|promo
        stop|quit|cease writing me|us|to
        stop|quit|cease the|these|this|those|all|your|any|my? texts|text|messages|message|sms|spam|alerts|ads|promos
        stop|cease|end all? texts|messages|sms|alerts|notifications|promotions|communications|communication|marketing
        take|get|drop|pull me|us off|from|out of? your|the|this|that|these|all|any list|lists
        scratch|cut|strike|remove me|us off|from|out of? your|the|this|that|these|all|any list|lists
        take|get|drop|pull|remove me|us off|from|out of? your|the|this|that text|texting|mailing list
        take|get|drop|pull|remove me|us off|from|out of? your|the|this|that contact|sms|calling list
        take me|us off of? this|these|your|here|it
        take this|my|our number|name off|out
        remove|delete|erase|unsubscribe|unsub me|us
        unsubscribe|unsub my|from|this|please
        removed|taken|deleted|unsubscribed from|off of? your|the|this|these|all list|lists|database
        removed|taken|deleted|unsubscribed from|off of? your|the|this|these|all texts|messages|system
        remove|delete|erase my|this|our number|name|phone|contact|cell|mobile|info|information|details|data
        want|like|wish|need|request|asking|how to|do|i|can? to|i? unsubscribe|optout
        opt|opting|opted me|us? out
        i am|want|would|id like? to? opting|opt out
        lose|forget this|my number
        no more|further texts|text|messages|message|sms|spam|emails|calls|notifications|alerts|ads|promos|marketing
        no longer want|wish|need your|these|this|any|more? texts|text|messages|sms|alerts|notifications
        no longer want|wish to receive|hear|be|get your|these|this|any|texts|messages|sms|from|contacted|texted|them
        no longer receive|get these|your|this|texts|messages
        dont|never text|message|contact|sms|call|write|email|bother me|us anymore|again|any|ever|no
        dont|never text|message|contact|sms|call|write this|my number|phone|cell|again
        dont|never send me|us any|anymore|again|more|these|this|your|texts|messages|sms|stuff|spam
        dont send any|more|anymore texts|messages|more|sms
        dont|didnt|doesnt|not want|need|wish|care|like these|your|this|any|those? more? texts|text|messages
        dont|didnt|doesnt|not want|need|wish|care|like these|your|this|any|those? more? sms|spam|ads
        dont|didnt|doesnt|not want|need|wish|like to receive|get your|these|any|more|texts|messages|sms|them|spam
        dont|didnt|doesnt|not want|need|wish|like to receive this|further|anything|marketing
        dont|didnt|doesnt|not want|need|wish|like to hear from
        dont|didnt|doesnt|not want|need|wish|like to be contacted|texted|messaged|bothered|called|subscribed|spammed
        dont want anything|nothing? from|more you|this|texts|messages
        dont consent|agree to receiving|receive|getting|texts|messages|these|this|being
        please|kindly cease all? texts|messages|texting|communication|communications
        cancel|end|terminate|discontinue|revoke my|the|this|all|these subscription|subscriptions|messages
        cancel|end|terminate|discontinue|revoke my|the|this|all|these texts|alerts|sms
        cancel|end|terminate|discontinue|revoke my|the|all notifications|consent|permission
        cancel|end|terminate|discontinue subscription|subscriptions|texts|messages|alerts
        cancel|end|terminate|discontinue sms|notifications|texting|messaging
        revoke|withdraw|revoked|withdrawn my|all? consent|permission
        consent is? revoked|withdrawn
        leave me|us the|tf|fucking? hell|fuck? alone
        never text|message|contact me|us|this
        delist|unlist me|us|my|this
        block|deactivate these|this|my|your messages|texts|subscription|alerts
        discontinue sending|texting|messaging
        """,
    "es": """
        dar|dame|darme|deme|denme|dadme|darse|den|dar me? de|la baja
        quiero|quisiera|deseo|solicito|pido la|mi|una|dar|darme? de? baja
        no mas mensajes|mensaje|textos|texto|sms|publicidad|spam|correos|notificaciones|promociones
        no me envien|envies|envie|manden|mandes|mande mas|nada|mensajes|sms|publicidad
        no me escriban|escribas|escriba|contacten|contactes|contacte|molesten|molestes|moleste|llamen mas
        ya no me? envien|envies|manden|mandes|escriban|escribas|contacten|contactes|molesten|llamen
        no envien|envies|manden|mandes|enviar|mandar|escriban|molesten mas|me|mensajes|sms
        deja|dejen|deje|dejad|dejar de enviar|enviarme|enviarnos|mandar|mandarme
        deja|dejen|deje|dejad|dejar de escribir|escribirme|molestar|molestarme
        deja|dejen|deje|dejad|dejar de contactarme|contactar|textear|textearme|joder
        para|paren|pare|parar|parad|basta de enviar|enviarme|mandar|mandarme|escribir|escribirme|molestar
        paren|pare|parar|parad|detengan|basta de|con? los|las|estos|esos? mensajes|sms|textos
        paren|pare|parar|parad|detengan|basta de|con? los|las|estos|esos? publicidad|envios|mensajitos
        no quiero|deseo|necesito mas|sus|tus|estos|esos|recibir mas|sus|tus? mensajes|sms|textos
        no quiero|deseo|necesito mas|sus|tus|estos|esos|recibir mas|sus|tus? publicidad|promociones
        ya? no quiero|deseo mas? recibir|seguir
        quitame|quiteme|quitenme|sacame|saqueme|saquenme|sacadme de|del|ya|por
        borrame|borreme|borrenme|borradme|eliminame|elimineme|eliminenme de|del|ya|por
        quitar|quiten|quite|borrar|borren|borre mi|este numero|telefono|contacto
        eliminar|eliminen|elimine|saquen|saque mi|este numero|telefono|contacto
        cancelar|cancela|cancelen|cancele|anular|anulen|anula mi|la|esta suscripcion|subscripcion
        cancelar|cancela|cancelen|cancele|anular|anulen|anula los|sus|mis|estos? mensajes|sms|textos
        no molestar|molesten|moleste|molestes mas
        dejenme|dejame|dejeme en paz
        desuscribirme|desuscribir|desuscribanme|desuscribeme de|por|ya|a
        """,
    "fr": """
        ne? menvoyez|menvoie|menvoies|mecrivez|mecris|mecrire|mappelez|mimportunez plus
        ne? me contactez|contacte|contacter|derangez|derange|harcelez|harcele|texte|textez|recontactez|spammez plus
        ne plus me contacter|ecrire|envoyer|deranger
        plus|aucun de messages|message|sms|pub|publicite|texto|textos|spam|pubs
        stop aux|les|vos|ces messages|sms|pubs|textos
        arretez|arrete|arreter|cessez|cesse de menvoyer|mecrire|me|mimportuner|spammer
        arretez|arrete|arreter|cessez|cesse de m envoyer|ecrire
        arretez|arrete|arreter|cessez|cesse avec? vos|les|ces|tes|ce|cette messages|sms|textos|envois
        arretez|arrete|arreter|cessez|cesse avec? vos|les|ces|tes|ce|cette pub|spam|publicites
        desinscrivez|desinscris|desabonnez|desabonne|desinscrire|desabonner moi|nous|me
        me|mon desinscrire|desabonner|desabonnement|desinscription
        retirez|retire|enlevez|enleve|supprimez|supprime|effacez|otez|rayez moi|nous de|du|svp|sil
        retirez|retire|enlevez|enleve|supprimez|supprime|effacez mon|mes|ce numero|coordonnees|telephone|contact
        me retirer|enlever|supprimer|oter|rayer de|du votre|vos|la|vos? liste|listes|fichier|fichiers
        je? ne? veux|souhaite|desire plus|pas recevoir|vos|etre
        je? ne? veux|souhaite|desire plus de vos|ces|tes messages|sms|textos|pubs
        ne plus recevoir|etre|menvoyer|mecrire|me
        laissez|laisse moi|nous tranquille|tranquilles
        fichez|foutez moi|nous la paix
        resilier|resiliez|annuler|annulez mon abonnement|inscription
        resilier|resiliez|annuler|annulez labonnement|linscription
        """,
    "de": """
        keine weiteren|mehr|werbe nachrichten|sms|texte|werbung|mitteilungen|nachricht|meldungen
        keine sms|nachrichten|werbung|texte|mitteilungen mehr|bitte
        nicht|nie mehr|wieder schreiben|kontaktieren|senden|schicken|anschreiben|belastigen|belaestigen|simsen
        schreiben|schreibt|schreib|kontaktieren|kontaktiert|belastigen sie|ihr? mir|mich nicht|nie mehr|wieder
        senden|sendet|sende sie|ihr? mir|uns nichts|keine mehr|sms|nachrichten|werbung|weiteren
        schicken|schickt|schick sie|ihr? mir|uns nichts|keine mehr|sms|nachrichten|werbung|weiteren
        horen|hort|hor|hoeren|hoert|hoer sie|damit|mit|endlich? auf
        loschen|losche|loscht|loeschen|entfernen|entferne|entfernt|streichen|streicht sie? mich|uns aus|von
        loschen|losche|loscht|loeschen|entfernen|entferne|entfernt sie? meine|diese nummer|daten|rufnummer|handynummer
        nehmen|nehmt|nimm sie? mich|uns|meine aus|von|nummer
        melden|meldet|melde|tragen|tragt sie|ihr? mich|uns ab|aus
        melde ich mich ab
        mich abmelden|austragen|abzumelden
        ich? will|mochte|moechte|wunsche|wuensche|brauche keine weiteren|mehr? nachrichten|sms|werbung|texte
        newsletter|abo|sms|dienst|werbung abbestellen|kundigen|kuendigen|beenden|stoppen|abmelden
        lassen|lasst|lass sie? mich|uns in ruhe
        unterlassen|stoppen|stoppt|beenden sie? das|die|diese|den|jegliche sms|nachrichten|werbung|spam|zusendung
        """,
    "pt": """
        pare|parem|para|parar|deixe|deixem de me? enviar|mandar|mandarem|enviarem|incomodar|escrever|perturbar
        pare|parem|parar|chega com|de? as|os|essas|estas|esses? mensagens|mensagem|sms|spam
        nao me envie|enviem|mande|mandem mais|nada|mensagens|sms
        nao me contacte|contactem|contate|contatem|incomode|incomodem|escreva|escrevam|perturbe|perturbem mais
        nao envie|enviem|mande|mandem|enviar|mandar mais|mensagens|sms
        nao quero|desejo|pretendo|gostaria mais|de? receber|mensagens|sms
        sem|nao|nenhuma mais mensagens|mensagem|sms
        chega de mensagens|sms|spam|propaganda
        me tire|tira|tirem|retire|retirem da|do|dessa|desta|desse|deste|daqui
        me remova|remove|removam|remover|exclua|excluam|descadastre|descadastrem
        tire|tirem|tira|remova|remover|remove|retire|exclua|excluir|apague meu|este|o numero|telefone|contato|contacto
        cancelar|cancele|cancela|cancelem minha|meu|a|o inscricao|assinatura|cadastro|subscricao|envio
        sair da|dessa|desta lista
        quero|desejo|gostaria de? sair|descadastrar
        deixe|deixem|deixa me em paz
        me deixe|deixem|deixa em paz
        """,
    "it": """
        non voglio|desidero|vogliamo piu? ricevere|essere
        non voglio|desidero|vogliamo i|altri|vostri|questi|piu? messaggi|sms|comunicazioni|pubblicita
        non mandatemi|inviatemi|scrivetemi|contattatemi|scrivermi piu|altri|messaggi
        non mandarmi|inviarmi|contattarmi|chiamatemi piu|altri|messaggi
        non mi scrivete|mandate|inviate|contattate|contatti|scriva|mandi|invii|disturbate piu|messaggi
        basta|niente|stop con|piu? i|questi|quei|coi|ai? messaggi|sms|pubblicita|spam|messaggini
        smettetela|smettila|smettete|smetti|smetta|smettere di|con mandarmi|inviarmi|scrivermi
        smettetela|smettila|smettete|smetti|smetta|smettere di|con mandare|inviare|scrivere
        smettetela|smettila|smettete|smetti|smetta|smettere di|con contattarmi|disturbarmi|questi|i|rompere
        rimuovetemi|rimuovimi|toglietemi|toglimi|eliminatemi|eliminami|disiscrivetemi dalla|da|dal|per|subito|dai
        cancellatemi|cancellami dalla|da|dal|per|subito|dai
        cancellate|rimuovete|togliete|cancella|rimuovi|togli|eliminate|elimina il|questo mio? numero|contatto
        annullare|annulla|annullate il|la|questo? liscrizione|labbonamento|abbonamento|iscrizione
        disdire|disdici|disdico il|la|questo? liscrizione|labbonamento|abbonamento|iscrizione
        lasciatemi|lasciami|lasciateci in pace
        fermate|interrompete i|questi messaggi|sms|invii
        """,
    "nl": """
        geen berichten|smsjes|sms|reclame|sms'en meer
        schrijf|haal|verwijder mij|me|mijn uit|van|nummer
        stuur|stuurt mij|me geen|niet|niets meer|berichten
        stop met|deze|het sturen|berichten|sms
        """,
    "pl": """
        prosze|proszę? nie wysylac|wysylajcie|wysyłać|pisac|pisać wiecej|do|mi|mnie|sms
        usuncie|usunac|wypiszcie moj|mnie|mój numer|z
        """,
    "ru": """
        не пишите|присылайте|шлите|звоните мне|больше
        больше не пишите|присылайте|шлите
        удалите меня|мой|мои
        отпишите меня
        """,
}

HINTS: Mapping[str, str] = {
    "en": """
        dont text|message|contact|call me|us|here|this
        not interested
        wrong number|person
        go away
        fuck off|you
        piss|buzz off
        get lost
        this|that is spam|harassment
        report|reporting|reported you|this
        take me off
        never signed|subscribed|asked|agreed|consented
        didnt sign|subscribe|agree|consent
        how did you get my
        how to|do i|can i? stop|cancel|quit|end this|these|it|texts|messages
        too many messages|texts|text
        sick|tired of these|this|your
        do? not disturb
        i revoke
        """,
    "es": """
        numero equivocado
        no me interesa|interesan
        no estoy interesado|interesada
        dejame|dejenme tranquilo|tranquila
        demasiados mensajes
        """,
    "fr": """
        mauvais numero
        pas interesse|interessee
        trop de messages|sms
        me desintéresse
        """,
    "de": """
        falsche nummer
        kein interesse
        zu viele nachrichten|sms
        """,
    "pt": """
        numero errado
        nao tenho interesse
        muitas mensagens
        """,
    "it": """
        numero sbagliato
        non mi interessa|interessano
        troppi messaggi|sms
        """,
}

# Each holds a stop word; "bus stop" at the end of a text is about a bus.
IDIOMS: Mapping[str, str] = {
    "en": """
        stop by|at|in|over|off|for|on|worrying|worry
        stop thinking|crying|lying|laughing|smiling|playing|being|smoking|drinking
        stop here|there|near|before|after|when|if|and|talking|trying
        stop loving|dreaming|shop|watch|sign|light|loss|motion|gap
        stop the|this war|bill|hate|violence|bleeding|car|bus|train|presses
        stop the|this steal|madness|vote|spread|clock|violence|fight|law
        dont|cant|wont|never|didnt|doesnt|couldnt ever|ever,|to|can|will|you|just? stop
        wouldnt|isnt|shouldnt|not|nothing|nobody|unable ever|ever,|to|can|will|you|just? stop
        bus|next|last|one|non|full|pit|truck|first|quick|short|train|metro|tram stop
        rest|comfort|hard|dead|subway|pee|coffee|gas|whistle|back|door|shuttle|emergency stop
        your|my|our|her|his|their|which|what|a|final|same|another|each|every|final stop
        the stop
        to|and a|grinding|screeching|complete stop
        """,
    "es": """
        sin|un|una|no stop
        """,
    "fr": """
        non|auto|un|le|au|sans stop
        """,
    "de": """
        non|ohne|ein|der stop|stopp
        """,
}

DENIED = frozenset(
    {
        *("dont", "not", "never", "cant", "wont", "didnt", "doesnt", "wouldnt", "shouldnt", "no"),
        *("nunca", "jamas", "pas", "nicht", "nie", "nao", "non", "mai"),
    }
)
"""Right in front of a request these make it its opposite; `BETWEEN` may stand in between: "don't ever ..."."""
BETWEEN = frozenset({"ever", "please", "want", "you", "to", "just", "need", "the", "me"})

OTHERS = frozenset(
    {
        *("tell", "told", "telling", "ask", "asked", "says", "said", "make", "made", "let"),
        *("they", "he", "she", "we", "us", "him", "them", "why", "did", "when", "until", "if"),
        *("dile", "digan", "sag", "sagt", "dis", "dites"),
    }
)
"""A few words before a request these make it somebody else's: "tell him to ..."."""
