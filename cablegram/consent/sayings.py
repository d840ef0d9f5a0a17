"""Sayings that answer us: whole requests, wherever in the text they stand.

A line is words in a row; `a|b` is one or the other, `a?` may be missing. `REQUESTS` are opt-outs as a reasonable person
would read them ("please stop texting me", 47 CFR 64.1200(a)(10)). `HINTS` make a person look. `IDIOMS` hold a stop word
that says something else: the word then counts as one that stands elsewhere. `TURNED` in front of a request make it one
that somebody should look at: "don't ...", "tell him to ...".
"""

from __future__ import annotations

from collections.abc import Mapping

REQUESTS: Mapping[str, str] = {
    "en": """
        stop|quit|cease texting|messaging|contacting|spamming|bothering|harassing|emailing|annoying|pestering|calling
        stop|quit|cease sending|writing me|us|these|this|any|texts|messages|sms
        stop|quit|cease sending|writing spam|crap|to|more|your|all|marketing|promo
        stop|quit|cease the|these|this|those|all|your|any|my? texts|text|messages|message|sms
        stop|quit|cease the|these|this|those|all|your|any|my? spam|alerts|ads|promos|promotions
        stop|cease|end all? texts|messages|sms|alerts|notifications|promotions|communications|communication|marketing
        take|get|remove|delete|drop|scratch|cut|strike|pull me|us off|from|of|out
        remove|delete|erase|take|drop my|this|our number|name|phone|contact|cell|mobile|info|information|details|data
        unsubscribe|unsub me|us|my|from|this|please
        want|like|wish|need|request|asking|how to|do|i|can? to|i? unsubscribe|optout
        opt|opting|opted me|us? out
        lose|forget this|my number
        no more|further texts|text|messages|message|sms|spam|emails|calls|notifications|alerts|ads|promos|marketing|of
        no longer want|wish|need to? receive|get|hear|be|your|these|this|any|texts|messages
        no longer receive|get these|your|this|texts|messages
        dont|never text|message|contact|sms|call|write|email|bother me|us anymore|again|any|ever
        dont|never send me|us any?|anymore|again|more|these|this|your|texts|messages|sms|stuff|spam
        dont send any|more|anymore texts|messages|more|sms
        dont|didnt|doesnt want|need|wish|care|like these|your|this|any|anymore|more|those texts|text|messages|message
        dont|didnt|doesnt want|need|wish|care|like these|your|this|any|anymore|more|those sms|more|spam|ads
        dont|didnt want|wish|need|like to receive|get|hear|be
        not want|wish|like to receive|get|hear|be
        dont want anything|nothing? from|more you|this|texts|messages?
        please|kindly cease all? texts|messages|texting|communication|communications
        cancel|end|terminate|discontinue|revoke my|the|this|all|these subscription|subscriptions|membership
        cancel|end|terminate|discontinue|revoke my|the|this|all|these messages|texts|alerts
        cancel|end|terminate|discontinue|revoke my|the|this|all|these sms|notifications|consent|permission|service
        cancel|end|terminate|discontinue subscription|subscriptions|texts|messages|alerts
        cancel|end|terminate|discontinue sms|notifications|texting|messaging
        revoke|withdraw|revoked|withdrawn my|all? consent|permission
        consent is? revoked|withdrawn
        leave me|us alone
        never text|message|contact me|us|this
        i am|want|would|id like? to? opting|opt out
        delist|unlist me|us|my|this
        block|deactivate these|this|my|your messages|texts|subscription|alerts
        discontinue sending|texting|messaging
        """,
    "es": """
        dar|dame|darme|deme|denme|dadme|den|dar me? de|la baja
        quiero|quisiera|deseo|solicito|pido la|mi|una|dar|darme? de? baja
        no mas mensajes|mensaje|textos|texto|sms|publicidad|spam|correos|notificaciones|promociones
        no me envien|envies|envie|envíen|manden|mandes|mande|escriban|escribas mas|más|nada|mensajes|sms|publicidad
        no me escriba|contacten|contactes|contacte mas|más|nada|mensajes|sms|publicidad
        no me molesten|molestes|moleste|llamen mas|más|nada|mensajes|sms|publicidad
        no envien|envies|manden|mandes|enviar|mandar|escriban|molesten mas|me|mensajes|sms
        deja|dejen|deje|dejad|dejar de enviar|enviarme|mandar|mandarme|escribir|escribirme|molestar
        deja|dejen|deje|dejad|dejar de molestarme|contactarme|contactar|textear|textearme|joder|enviarnos
        para|paren|pare|parar|parad|detengan|basta de|con|los|las|estos|esos enviar|enviarme|mandar|mandarme
        para|paren|pare|parar|parad|detengan|basta de|con|los|las|estos|esos escribir|escribirme|molestar
        para|paren|pare|parar|parad|detengan|basta de|con|los|las|estos|esos mensajes|sms|textos
        para|paren|pare|parar|parad|detengan|basta de|con|los|las|estos|esos publicidad|envios|mensajitos
        ya? no quiero|deseo|necesito mas|recibir|sus|tus|estos|esos|seguir|nada
        ya no quiero
        quitame|quiteme|quitenme|sacame|saqueme|saquenme|borrame de|del|ya|por|su|mi
        borreme|borrenme|eliminame|elimineme|eliminenme|sacadme|borradme de|del|ya|por|su|mi
        quitar|quiten|quite|borrar|borren|borre mi|este numero|telefono|nombre|contacto
        eliminar|eliminen|elimine|saquen|saque mi|este numero|telefono|nombre|contacto
        cancelar|cancela|cancelen|cancele|anular|anulen|anula mi|la|esta suscripcion|subscripcion|servicio|mensajes
        no molestar|molesten|moleste|molestes mas
        dejenme|dejame|dejeme en paz
        desuscribirme|desuscribir|desuscribanme|desuscribeme de|por|ya|a
        """,
    "fr": """
        ne? menvoyez|menvoie|menvoies|mecrivez|mecris|mecrire|mappelez|mimportunez plus
        ne? me contactez|contacte|contacter|derangez|derange|harcelez|harcele|texte|textez|recontactez|spammez plus
        plus|aucun|stop de|aux|les messages|message|sms|pub|publicite|texto|textos|spam|pubs
        arretez|arrete|arreter|cessez|cesse de|vos|les|ces|tes|ce|cette|avec menvoyer|mecrire|me|messages
        arretez|arrete|arreter|cessez|cesse de|vos|les|ces|tes|ce|cette|avec sms|textos|envois
        arretez|arrete|arreter|cessez|cesse de|vos|les|ces|tes|ce|cette|avec pub|spam|publicites
        arretez|arrete|arreter|cessez|cesse de|vos|les|ces|tes|ce|cette|avec harcelement|mimportuner|spammer
        desinscrivez|desinscris|desabonnez|desabonne|desinscrire|desabonner moi|nous|me
        me|mon desinscrire|desabonner|desabonnement|desinscription
        retirez|retire|enlevez|enleve|supprimez moi|nous|mon|mes|ce numero|coordonnees|de|telephone?
        supprime|effacez|otez|rayez moi|nous|mon|mes|ce numero|coordonnees|de|telephone?
        je ne? veux|souhaite|desire plus recevoir|de|vos|rien|etre
        ne plus recevoir|etre|menvoyer|me
        ne? veux|souhaite pas|plus recevoir|de|vos
        laissez|laisse|foutez|fichez moi|nous tranquille|tranquilles|la
        resilier|resiliez|annuler|annulez mon|labonnement|linscription abonnement|inscription?
        """,
    "de": """
        keine weiteren|mehr|werbe nachrichten|sms|texte|werbung|mitteilungen|nachricht|meldungen
        keine sms|nachrichten|werbung|texte|mitteilungen mehr|bitte
        nicht|nie mehr|wieder schreiben|kontaktieren|senden|schicken|anschreiben|belastigen|belaestigen|simsen
        schreiben|schreibt|schreib sie|ihr? mir|mich nicht|keine|nie mehr|sms|nachrichten|wieder|werbung
        senden|sendet|sende sie|ihr? mir|mich nicht|keine|nie mehr|sms|nachrichten|wieder|werbung
        schicken|schickt|schick sie|ihr? mir|mich nicht|keine|nie mehr|sms|nachrichten|wieder|werbung
        kontaktieren|kontaktiert|belastigen sie|ihr? mir|mich nicht|keine|nie mehr|sms|nachrichten|wieder|werbung
        horen|hort|hor|hoeren|hoert|hoer sie|damit|mit|endlich? auf|dem|den|der
        loschen|losche|loscht sie? mich|meine|diese aus|von|nummer|daten|rufnummer|handynummer
        loeschen|entfernen|entferne sie? mich|meine|diese aus|von|nummer|daten|rufnummer|handynummer
        entfernt|streichen|streicht|nehmen|nehmt|nimm sie? mich|meine|diese aus|von|nummer|daten|rufnummer|handynummer
        melden|meldet|melde|tragen|tragt sie|ihr? mich|uns ab|aus|hiermit|bitte
        mich abmelden|austragen|abzumelden
        ich? will|mochte|moechte keine|nichts|nicht weiteren?|mehr? nachrichten|sms|werbung|mehr
        ich? wunsche|wuensche|brauche keine|nichts|nicht weiteren?|mehr? nachrichten|sms|werbung|mehr
        newsletter|abo|sms|dienst|werbung abbestellen|kundigen|kuendigen|beenden|stoppen|abmelden
        lassen|lasst|lass sie? mich|uns in ruhe
        unterlassen|stoppen|stoppt|beenden sie? das|die|diese|den|jegliche sms|nachrichten|werbung
        unterlassen|stoppen|stoppt|beenden sie? das|die|diese|den|jegliche spam|zusendung|zusendungen
        """,
    "pt": """
        pare|parem|para|parar|deixe|deixem de me? enviar|mandar|mandarem|enviarem|incomodar
        pare|parem|para|parar|deixe|deixem de me? escrever|mensagens|perturbar|sms
        pare|parem|parar|chega com|de as|essas|estas|esses|essa|mensagens|mensagem|sms|spam|isso
        nao me envie|enviem|mande|mandem|contacte|contactem|contate mais|nada|mensagens
        nao me contatem|incomode|incomodem|escreva|escrevam|perturbe|perturbem mais|nada|mensagens
        nao envie|enviem|mande|mandem|enviar|mandar mais|mensagens|sms
        nao quero|desejo|pretendo|gostaria mais|receber|essas|de|estas|ser
        sem|nao|nenhuma mais mensagens|mensagem|sms
        chega de mensagens|sms|spam|propaganda
        me tire|tira|tirem|remova|remove|removam|remover|retire|retirem|exclua|excluam|descadastre|descadastrem
        tire|tirem|tira|remova|remover meu|este|o numero|telefone|nome|contato|contacto
        remove|retire|exclua|excluir|apague meu|este|o numero|telefone|nome|contato|contacto
        cancelar|cancele|cancela|cancelem minha|meu|a|o inscricao|assinatura|cadastro|subscricao|envio|servico
        sair da|dessa|desta lista|grupo
        quero|desejo|gostaria de? sair|cancelar|descadastrar
        deixe|deixem|deixa me em paz
        me deixe|deixem|deixa em paz
        """,
    "it": """
        non? voglio|desidero|vogliamo piu|ricevere|altri|vostri|i messaggi|sms|ricevere|niente
        non? voglio|desidero|vogliamo piu|ricevere|altri|vostri|i essere|vostri|comunicazioni|pubblicita
        non desidero|voglio ricevere|piu
        non mandatemi|inviatemi|scrivetemi|contattatemi|scrivermi piu|altri|messaggi
        non mandarmi|inviarmi|contattarmi|disturbatemi|chiamatemi piu|altri|messaggi
        non mi scrivete|mandate|inviate|contattate|contatti|scriva|mandi|invii|disturbate piu|messaggi
        basta|niente|stop con|piu|i|questi|coi|ai? messaggi|sms|pubblicita|spam|messaggini
        smettetela|smettila|smettete|smetti|smetta|smettere di|con mandarmi|inviarmi|scrivermi
        smettetela|smettila|smettete|smetti|smetta|smettere di|con mandare|inviare|scrivere
        smettetela|smettila|smettete|smetti|smetta|smettere di|con contattarmi|disturbarmi|questi|i|rompere
        rimuovetemi|rimuovimi|toglietemi|toglimi|eliminatemi dalla|da|dal|per|subito|dai
        eliminami|disiscrivetemi|cancellatemi|cancellami dalla|da|dal|per|subito|dai
        cancellate|rimuovete|togliete|cancella|rimuovi|togli|eliminate|elimina il|questo mio? numero|contatto
        annullare|annulla|annullate liscrizione|labbonamento|abbonamento? servizio|sottoscrizione?
        disdire|disdici|disdico liscrizione|labbonamento|abbonamento? servizio|sottoscrizione?
        annullare|annulla|annullate|disdire|disdici|disdico iscrizione|la|il? servizio|sottoscrizione?
        lasciatemi|lasciami|lasciateci in pace|stare
        fermate|interrompete i|gli|linvio|questi messaggi|sms|invii|dei?
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
        report|reporting|reported you|this|to
        never signed|subscribed|asked|agreed|consented
        didnt sign|subscribe|ask|agree|consent
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

TURNED = frozenset(
    {
        *("dont", "not", "never", "cant", "wont", "didnt", "doesnt", "wouldnt", "shouldnt", "no"),
        *("nunca", "jamas", "pas", "nicht", "nie", "nao", "non", "mai"),
        *("tell", "told", "telling", "ask", "asked", "says", "said", "make", "made", "let"),
        *("they", "he", "she", "we", "us", "him", "them", "why", "did", "when", "until", "if"),
        *("dile", "digan", "sag", "sagt", "dis", "dites"),
    }
)
