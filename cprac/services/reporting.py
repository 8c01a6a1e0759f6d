"""The catalogue of indicators: each with its words and the one function that computes it.

Office page, public page, exports, report and documentation list the catalogue by themselves: a new indicator is one
function in ``indicators`` and one entry here. Ids are those of procedure.md (g). Over 400 lines because it is one list,
read as one by whoever must stand by a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cprac.domain.case_measures import Phase
from cprac.domain.facts import to_plain
from cprac.domain.recommendations import Status
from cprac.domain.tallies import Dimension
from cprac.domain.words import N_
from cprac.persistence import queries_figures
from cprac.services import indicator_times as t
from cprac.services import indicators as f
from cprac.services import legacy_series
from cprac.services.chamber import Chamber
from cprac.services.indicator_kinds import Context, Figure, Group, Indicator, Part, Promise, Reading, Unit, unknown
from cprac.services.sums import Asked, Sums, sums

FACTS = N_("ficha estatística de cada caso (case_fact), tirada do histórico do caso")
DEADLINES = N_("prazos de cada caso (deadline)")
SURVEY = N_("respostas à pesquisa de satisfação")
REGISTER = N_("registro de recomendações")
NOWHERE = N_("ainda sem fonte no sistema")
NONE = N_("não tem: é uma contagem")
OPEN_TOO = N_(
    "Conta também os casos ainda abertos, pelo tempo que já duram (estimador de Kaplan–Meier, intervalo log-log)."
)

CATALOGUE: tuple[Indicator, ...] = (
    # --- entry
    Indicator(
        "cases_filed", N_("Pedidos recebidos"), N_("Casos abertos a partir de um pedido recebido no período."),
        N_("contagem dos casos cuja data do pedido cai no período"), NONE, Unit.CASES, Reading.COHORT, Group.ENTRY,
        FACTS, N_("Um pedido dividido em vários casos conta uma vez para cada caso."), f.filed,
    ),
    Indicator(
        "cases_admitted", N_("Casos aceitos"), N_("Casos que passaram pela decisão de admissão no período."),
        N_("contagem dos casos cuja data de admissão cai no período"), NONE, Unit.CASES, Reading.PERIOD, Group.ENTRY,
        FACTS, N_("O pedido pode ser de antes do período."), f.admitted,
    ),
    Indicator(
        "admissibility_rate", N_("Pedidos aceitos, entre os decididos"),
        N_("De cada 100 pedidos decididos, quantos foram aceitos."),
        N_("aceitos ÷ (aceitos + não aceitos em definitivo)"), N_("casos do período com a admissão decidida"),
        Unit.SHARE, Reading.COHORT, Group.ENTRY, FACTS,
        N_("Pedidos retirados, incompletos ou ainda em análise ficam de fora."), f.admissibility,
    ),
    Indicator(
        "inadmissible_by_reason", N_("Por que pedidos não foram aceitos"),
        N_("Pedidos não aceitos, pelo motivo da decisão."), N_("contagem por motivo"), NONE, Unit.CASES,
        Reading.COHORT, Group.ENTRY, FACTS, N_("Inclui decisões de que ainda cabe recurso."), f.grounds, public=False,
    ),
    Indicator(
        "referral_sources", N_("Como os pedidos chegaram"),
        N_("Pedidos recebidos pelo portal, no balcão, pelo correio, por ofício ou encaminhados pela Justiça."),
        N_("contagem por canal"), NONE, Unit.CASES, Reading.COHORT, Group.ENTRY, FACTS,
        N_("O canal é o que se registrou ao receber o pedido."), f.channels,
    ),
    Indicator(
        "top_matters", N_("Assuntos mais frequentes"), N_("Pedidos recebidos, por assunto."),
        N_("contagem por assunto"), NONE, Unit.CASES, Reading.COHORT, Group.ENTRY, FACTS,
        N_("Cada caso tem um só assunto."), f.matters,
    ),
    Indicator(
        "relitigation_rate", N_("Pedidos que reabrem outro"),
        N_("De cada 100 pedidos, quantos reabrem um caso já encerrado aqui."),
        N_("casos ligados a um caso anterior ÷ casos recebidos"), N_("casos recebidos no período"), Unit.SHARE,
        Reading.COHORT, Group.ENTRY, FACTS, N_("Não vê o que foi reaberto direto na Justiça."), f.reopened,
        better="low",
    ),
    # --- talks
    Indicator(
        "invitation_acceptance_rate", N_("Convites aceitos"),
        N_("De cada 100 convites com resposta ou com prazo encerrado, quantos foram aceitos."),
        N_("convites aceitos ÷ convites respondidos, vencidos ou não entregues"),
        N_("convites já decididos dos casos do período"), Unit.SHARE, Reading.COHORT, Group.TALKS, FACTS,
        N_("Convites ainda dentro do prazo ficam de fora."), f.invitations, better="high",
    ),
    Indicator(
        "sessions_held", N_("Reuniões feitas"), N_("Reuniões de mediação ou negociação que aconteceram."),
        N_("contagem das reuniões feitas nos casos do período"), NONE, Unit.COUNT, Reading.COHORT, Group.TALKS, FACTS,
        N_("Conta as dos casos pedidos no período, mesmo que a reunião seja posterior."), f.sessions,
    ),
    Indicator(
        "sessions_remote_share", N_("Reuniões por vídeo"), N_("De cada 100 reuniões feitas, quantas foram por vídeo."),
        N_("reuniões por vídeo ÷ reuniões feitas"), N_("reuniões feitas"), Unit.SHARE, Reading.COHORT, Group.TALKS,
        FACTS, N_("Reunião mista conta como registrada pelo mediador."), f.sessions_remote,
    ),
    Indicator(
        "no_show_rate", N_("Reuniões perdidas por falta de alguém"),
        N_("De cada 100 reuniões marcadas e não adiadas, a quantas alguém faltou."),
        N_("reuniões com falta ÷ (feitas + com falta)"), N_("reuniões que deviam acontecer"), Unit.SHARE,
        Reading.COHORT, Group.TALKS, FACTS, N_("Não distingue quem faltou."), f.no_shows, better="low",
    ),
    # --- results
    Indicator(
        "resolved_by_outcome", N_("Como os casos terminaram"), N_("Casos resolvidos no período, pelo desfecho."),
        N_("contagem por desfecho, na data em que o acordo passou a valer ou o caso se encerrou"), NONE, Unit.CASES,
        Reading.PERIOD, Group.RESULTS, FACTS,
        N_("Um acordo descumprido depois continua contado como acordo; veja “Acordos descumpridos”."), f.outcomes,
    ),
    Indicator(
        "agreements", N_("Acordos"), N_("Acordos que passaram a valer no período."),
        N_("contagem dos casos que chegaram a “acordo valendo”"), NONE, Unit.CASES, Reading.PERIOD, Group.RESULTS,
        FACTS, N_("Assinado e ainda não homologado não conta."), f.agreements,
    ),
    Indicator(
        "agreements_total", N_("Acordos sobre tudo"), N_("Acordos sobre todo o conflito."),
        N_("contagem dos acordos totais"), NONE, Unit.CASES, Reading.PERIOD, Group.RESULTS, FACTS,
        N_("A extensão é a que o termo declara."), f.agreements_total,
    ),
    Indicator(
        "agreements_partial", N_("Acordos sobre uma parte"), N_("Acordos sobre parte do conflito."),
        N_("contagem dos acordos parciais"), NONE, Unit.CASES, Reading.PERIOD, Group.RESULTS, FACTS,
        N_("O resto do conflito pode seguir na Justiça."), f.agreements_partial,
    ),
    Indicator(
        "agreement_rate_admitted", N_("Casos aceitos que terminam em acordo"),
        N_("De cada 100 casos aceitos, quantos já têm acordo."), N_("casos com acordo ÷ casos aceitos"),
        N_("casos do período que foram aceitos"), Unit.SHARE, Reading.COHORT, Group.RESULTS, FACTS,
        N_("Casos ainda abertos estão no denominador e podem virar acordo: a taxa de um período novo ainda sobe."),
        f.agreed_of_admitted, better="high",
    ),
    Indicator(
        "agreement_rate_sessions", N_("Casos com reunião que terminam em acordo"),
        N_("De cada 100 casos com reunião, quantos já têm acordo."), N_("casos com acordo ÷ casos com reunião"),
        N_("casos do período com ao menos uma reunião"), Unit.SHARE, Reading.COHORT, Group.RESULTS, FACTS,
        N_("É a maior das três taxas: quem chega à reunião já passou pelos outros filtros."), f.agreed_of_met,
        better="high",
    ),
    Indicator(
        "agreement_rate_filed", N_("Pedidos que terminam em acordo"),
        N_("De cada 100 pedidos recebidos, quantos já têm acordo."), N_("casos com acordo ÷ casos recebidos"),
        N_("casos recebidos no período"), Unit.SHARE, Reading.COHORT, Group.RESULTS, FACTS,
        N_("É a menor das três taxas e a que diz o que espera quem faz um pedido."), f.agreed_of_filed, better="high",
    ),
    Indicator(
        "homologated_admin", N_("Acordos homologados pelo Procurador-Geral"),
        N_("Acordos do período com homologação administrativa."), N_("contagem"), NONE, Unit.CASES, Reading.PERIOD,
        Group.RESULTS, FACTS, N_("Nem todo acordo precisa dela: depende do regulamento."), f.homologated_admin,
    ),
    Indicator(
        "homologated_court", N_("Acordos homologados pelo juiz"), N_("Acordos do período com homologação judicial."),
        N_("contagem"), NONE, Unit.CASES, Reading.PERIOD, Group.RESULTS, FACTS,
        N_("O acordo homologado em juízo é título executivo judicial."), f.homologated_court,
        article="CPC, art. 515, II e III",
    ),
    # --- time
    Indicator(
        "time_to_resolution", N_("Metade dos casos termina em até"),
        N_("Dias corridos do pedido até o acordo valer ou o caso se encerrar: o primeiro dia em que metade terminou."),
        N_("primeiro dia com S(t) ≤ 1/2, com S(t) de Kaplan–Meier"),
        N_("todos os casos do período, abertos e fechados"),
        Unit.DAYS, Reading.COHORT, Group.TIME, FACTS, OPEN_TOO, t.median_days, promise=Promise.RESPONSE, better="low",
    ),
    Indicator(
        "time_quartiles", N_("Tempo de 1 em 4, de metade, de 3 em 4 e de 9 em 10"),
        N_("Dias corridos em que essas partes dos casos já terminaram."), N_("primeiro dia com S(t) ≤ 1 − parte"),
        N_("todos os casos do período, abertos e fechados"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS, OPEN_TOO,
        t.quartiles, better="low",
    ),
    Indicator(
        "time_p90", N_("Nove em cada dez terminam em até"),
        N_("Dias corridos em que 90 de cada 100 casos já terminaram."),
        N_("primeiro dia com S(t) ≤ 1/10"), N_("todos os casos do período, abertos e fechados"), Unit.DAYS,
        Reading.COHORT, Group.TIME, FACTS, OPEN_TOO, t.nine_in_ten_days, better="low",
    ),
    Indicator(
        "time_net", N_("Metade termina em até, sem contar as pausas"),
        N_("O mesmo tempo, sem os dias em que o caso ficou pausado."),
        N_("primeiro dia com S(t) ≤ 1/2, descontados os dias de pausa de cada caso"),
        N_("todos os casos do período, abertos e fechados"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS,
        N_("Pausa é só a suspensão registrada; esperar resposta de alguém não é pausa."), t.median_net, better="low",
    ),
    Indicator(
        "time_mean", N_("Tempo médio (restrito)"),
        N_("Média dos dias, quando cada caso é seguido até o maior tempo já visto."),
        N_("área sob a curva de Kaplan–Meier até o maior tempo observado"),
        N_("todos os casos do período, abertos e fechados"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS,
        N_("Poucos casos muito longos puxam a média; prefira a mediana."), t.mean_days, better="low",
    ),
    Indicator(
        "time_closed_median", N_("Mediana só dos encerrados (para comparar com outras câmaras)"),
        N_("Dias dos casos resolvidos no período, sem os que continuam abertos."),
        N_("mediana simples dos dias dos casos resolvidos"), N_("casos resolvidos no período, com as duas datas"),
        Unit.DAYS, Reading.PERIOD, Group.TIME, FACTS,
        N_("Esconde os casos que ainda esperam; por isso não é o número que a Câmara defende."), t.closed_median,
        public=False,
    ),
    Indicator(
        "time_closed_mean", N_("Média só dos encerrados (para comparar com outras câmaras)"),
        N_("Média dos dias dos casos resolvidos no período."), N_("soma dos dias ÷ casos resolvidos"),
        N_("casos resolvidos no período, com as duas datas"), Unit.DAYS, Reading.PERIOD, Group.TIME, FACTS,
        N_("Esconde os casos que ainda esperam; por isso não é o número que a Câmara defende."), t.closed_mean,
        public=False,
    ),
    Indicator(
        "time_closed_p90", N_("Nono decil só dos encerrados (para comparar com outras câmaras)"),
        N_("Dias em que 90 de cada 100 dos casos resolvidos no período terminaram."),
        N_("nono decil simples dos dias dos casos resolvidos"), N_("casos resolvidos no período, com as duas datas"),
        Unit.DAYS, Reading.PERIOD, Group.TIME, FACTS,
        N_("Esconde os casos que ainda esperam; por isso não é o número que a Câmara defende."), t.closed_nine_in_ten,
        public=False,
    ),
    Indicator(
        "time_by_phase", N_("Tempo em cada etapa"), N_("Mediana de dias em cada etapa do caso."),
        N_("primeiro dia com S(t) ≤ 1/2 do tempo na etapa"),
        N_("casos do período que passaram pela etapa ou estão nela"),
        Unit.DAYS, Reading.COHORT, Group.TIME, FACTS,
        N_("Voltar a uma etapa soma o tempo. As medianas das etapas não somam a mediana do total."), t.by_phase,
    ),
    Indicator(
        "time_by_matter", N_("Metade termina em até, por assunto"), N_("A mediana de cada assunto."),
        N_("primeiro dia com S(t) ≤ 1/2"), N_("casos de cada assunto"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS,
        OPEN_TOO, t.median_by_matter,
    ),
    Indicator(
        "time_by_agency", N_("Metade termina em até, por órgão"),
        N_("A mediana dos casos de cada órgão da Prefeitura."),
        N_("primeiro dia com S(t) ≤ 1/2"), N_("casos de cada órgão"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS,
        N_("Órgãos têm conflitos diferentes: a diferença não é uma nota."), t.median_by_agency, public=False,
    ),
    Indicator(
        "time_by_channel", N_("Metade termina em até, por canal"), N_("A mediana por como o pedido chegou."),
        N_("primeiro dia com S(t) ≤ 1/2"), N_("casos de cada canal"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS,
        OPEN_TOO, t.median_by_channel, public=False,
    ),
    Indicator(
        "priority_times", N_("Metade termina em até, com prioridade por lei"),
        N_("A mediana dos casos de pessoas com prioridade."), N_("primeiro dia com S(t) ≤ 1/2"),
        N_("casos com prioridade registrada"), Unit.DAYS, Reading.COHORT, Group.TIME, FACTS, OPEN_TOO,
        t.median_by_priority,
    ),
    Indicator(
        "time_waiting", N_("Por quem os casos esperaram"),
        N_("Dias de espera dos casos resolvidos, por quem devia agir."),
        N_("soma dos dias de cada vez, até a solução"), N_("dias do pedido à solução dos casos resolvidos"), Unit.COUNT,
        Reading.COHORT, Group.TIME, FACTS, N_("Casos abertos ainda não entram."), t.waiting,
    ),
    Indicator(
        "time_waiting_city", N_("Tempo à espera da Prefeitura"), N_("Parte dos dias em que a vez era da Prefeitura."),
        N_("dias com a vez da Prefeitura ÷ todos os dias"), N_("dias dos casos resolvidos"), Unit.SHARE,
        Reading.COHORT, Group.TIME, FACTS, N_("Casos abertos ainda não entram."), t.waiting_city, better="low",
    ),
    Indicator(
        "time_waiting_citizen", N_("Tempo à espera das partes"), N_("Parte dos dias em que a vez era das partes."),
        N_("dias com a vez das partes ÷ todos os dias"), N_("dias dos casos resolvidos"), Unit.SHARE, Reading.COHORT,
        Group.TIME, FACTS, N_("Casos abertos ainda não entram."), t.waiting_citizen,
    ),
    Indicator(
        "time_waiting_court", N_("Tempo à espera da Justiça"), N_("Parte dos dias em que a vez era da Justiça."),
        N_("dias com a vez da Justiça ÷ todos os dias"), N_("dias dos casos resolvidos"), Unit.SHARE, Reading.COHORT,
        Group.TIME, FACTS, N_("Casos abertos ainda não entram."), t.waiting_court,
    ),
    Indicator(
        "time_waiting_chamber", N_("Tempo à espera da Câmara"), N_("Parte dos dias em que a vez era da Câmara."),
        N_("dias com a vez da Câmara ÷ todos os dias"), N_("dias dos casos resolvidos"), Unit.SHARE, Reading.COHORT,
        Group.TIME, FACTS, N_("Casos abertos ainda não entram."), t.waiting_chamber, better="low",
    ),
    # --- stock
    Indicator(
        "backlog", N_("Casos em aberto"), N_("Casos pedidos e ainda sem solução no dia da consulta."),
        N_("contagem dos casos sem acordo valendo e não encerrados"), NONE, Unit.CASES, Reading.STOCK, Group.STOCK,
        FACTS, N_("Acordo em cumprimento não é caso em aberto."), f.backlog, better="low",
    ),
    Indicator(
        "backlog_age", N_("Casos em aberto, por idade"), N_("Há quantos dias foram pedidos os casos em aberto."),
        N_("contagem por faixa de dias desde o pedido"), NONE, Unit.CASES, Reading.STOCK, Group.STOCK, FACTS,
        N_("Dias corridos, com pausas."), f.backlog_age, better="low",
    ),
    Indicator(
        "clearance_rate", N_("Casos resolvidos para cada caso novo"),
        N_("Acima de 1, a fila diminui; abaixo, cresce."), N_("resolvidos no período ÷ recebidos no período"),
        N_("casos recebidos no período"), Unit.RATIO, Reading.PERIOD, Group.STOCK, FACTS,
        N_("Compara casos diferentes: os resolvidos podem ser de pedidos antigos."), f.clearance, better="high",
    ),
    Indicator(
        "overdue_legacy", N_("Casos antigos abertos com a data vencida"),
        N_("Casos da planilha antiga, ainda abertos, cuja data final já passou."),
        N_("contagem dos abertos com data final anterior ao dia da consulta"), NONE, Unit.CASES, Reading.STOCK,
        Group.STOCK, FACTS, N_("A data é a que a planilha trazia."), f.overdue_old, public=False, better="low",
    ),
    Indicator(
        "mediator_load", N_("Casos por mediador"),
        N_("Quantos casos cada mediador tem em mãos: o menor, o do meio, o maior."),
        N_("casos abertos com mediador designado, contados por mediador"), N_("mediadores com ao menos um caso"),
        Unit.COUNT, Reading.STOCK, Group.STOCK, N_("papéis em cada caso (case_role)"),
        N_("Nunca mostra quem: serve para distribuir, não para comparar pessoas."), f.loads, public=False,
    ),
    # --- money
    Indicator(
        "values_agreed_to_pay", N_("A pagar pela Prefeitura, por acordos"),
        N_("Valor dos acordos do período em que a Prefeitura paga."), N_("soma dos valores dos termos"), NONE,
        Unit.MONEY, Reading.PERIOD, Group.MONEY, FACTS, N_("É o combinado; o pago está em “Já pago ou recebido”."),
        f.agreed_to_pay,
    ),
    Indicator(
        "values_agreed_to_receive", N_("A receber pela Prefeitura, por acordos"),
        N_("Valor dos acordos do período em que a Prefeitura recebe."), N_("soma dos valores dos termos"), NONE,
        Unit.MONEY, Reading.PERIOD, Group.MONEY, FACTS, N_("É o combinado."), f.agreed_to_receive,
    ),
    Indicator(
        "value_claimed", N_("Valor pedido nesses acordos"),
        N_("O que se pedia nos casos em que a Prefeitura acordou pagar."), N_("soma dos valores pedidos"),
        N_("acordos em que a Prefeitura paga e o pedido tinha valor"), Unit.MONEY, Reading.PERIOD, Group.MONEY, FACTS,
        N_("Pedidos sem valor ficam de fora."), f.claimed,
    ),
    Indicator(
        "value_paid", N_("Já pago ou recebido"),
        N_("O que foi cumprido das obrigações de pagar dos acordos do período."),
        N_("soma das parcelas registradas como cumpridas"), NONE, Unit.MONEY, Reading.PERIOD, Group.MONEY, FACTS,
        N_("Depende do registro do cumprimento."), f.paid, public=False,
    ),
    Indicator(
        "savings_direct", N_("Diferença entre o pedido e o acordado"),
        N_("Quanto o acordado ficou abaixo do pedido, onde a Prefeitura paga."), N_("valor pedido − valor acordado"),
        N_("acordos em que a Prefeitura paga e o pedido tinha valor"), Unit.MONEY, Reading.PERIOD, Group.MONEY, FACTS,
        N_("O pedido não é o que a Justiça daria: a diferença não é toda ela economia."), f.saved,
    ),
    Indicator(
        "savings_indirect", N_("Juros e correção evitados"),
        N_("O que uma ação judicial acrescentaria até o pagamento."),
        N_("valor acordado × taxa × tempo médio na Justiça"),
        N_("acordos em que a Prefeitura paga"), Unit.MONEY, Reading.PERIOD, Group.MONEY, NOWHERE,
        N_("Só com parâmetros datados, fixados por ato."), f.saved_indirect, public=False,
    ),
    Indicator(
        "instalments_on_time", N_("Parcelas e obrigações cumpridas no dia"),
        N_("De cada 100 obrigações vencidas dos acordos do período, quantas foram cumpridas até o dia."),
        N_("cumpridas até o dia ÷ (cumpridas + vencidas sem cumprir)"), N_("obrigações já vencidas"), Unit.SHARE,
        Reading.PERIOD, Group.MONEY, FACTS, N_("As que ainda vão vencer ficam de fora."), f.instalments, better="high",
    ),
    Indicator(
        "breach_rate", N_("Acordos descumpridos"), N_("De cada 100 acordos do período, quantos foram descumpridos."),
        N_("acordos em descumprimento ou cobrados na Justiça ÷ acordos"), N_("acordos do período"), Unit.SHARE,
        Reading.PERIOD, Group.MONEY, FACTS, N_("Descumprimento sanado deixa de contar."), f.breaches, better="low",
    ),
    # --- courts
    Indicator(
        "conflicts_in_court_resolved", N_("Conflitos que estavam na Justiça, resolvidos por acordo"),
        N_("Acordos do período em casos ligados a processo judicial."), N_("contagem"), NONE, Unit.CASES,
        Reading.PERIOD, Group.COURTS, FACTS, N_("Depende de o processo ter sido ligado ao caso."), f.suits_resolved,
        promise=Promise.IN_COURT, better="high",
    ),
    Indicator(
        "lawsuits_ended", N_("Processos judiciais encerrados por acordo"),
        N_("Processos ligados a casos resolvidos no período e já extintos."), N_("contagem dos processos extintos"),
        NONE, Unit.COUNT, Reading.PERIOD, Group.COURTS, FACTS, N_("Um acordo pode encerrar muitos processos."),
        f.suits_ended, better="high",
    ),
    Indicator(
        "lawsuits_avoided", N_("Acordos em conflitos que não estavam na Justiça"),
        N_("Acordos do período sem processo judicial ligado."), N_("contagem"), NONE, Unit.CASES, Reading.PERIOD,
        Group.COURTS, FACTS, N_("Não se sabe quantos teriam virado processo: é um teto, não uma economia."),
        f.suits_avoided,
    ),
    Indicator(
        "new_lawsuits", N_("Ações novas contra a Prefeitura"),
        N_("Processos novos, em comparação com antes da Câmara."),
        N_("ações novas no período"), NONE, Unit.COUNT, Reading.PERIOD, Group.COURTS, NOWHERE,
        N_("Muitas causas mudam esse número além da Câmara."), f.new_suits, promise=Promise.NEW_SUITS, better="low",
    ),
    Indicator(
        "strategic_conflicts", N_("Conflitos estratégicos resolvidos"),
        N_("Acordos em conflitos que o regulamento chama de estratégicos."), N_("contagem"), NONE, Unit.CASES,
        Reading.PERIOD, Group.COURTS, NOWHERE, N_("A lista deve ser fixada antes de se contar."), f.strategic,
        promise=Promise.STRATEGIC, better="high",
    ),
    Indicator(
        "people_benefited", N_("Pessoas beneficiadas"), N_("Pessoas alcançadas por acordos, além das partes."),
        N_("soma declarada nos termos"), NONE, Unit.COUNT, Reading.PERIOD, Group.COURTS, NOWHERE,
        N_("É estimativa de quem assina."), f.people_benefited,
    ),
    # --- service
    Indicator(
        "on_time_rate", N_("Prazos cumpridos no dia"),
        N_("De cada 100 prazos vencidos no período, quantos foram cumpridos."),
        N_("cumpridos até o dia ÷ vencidos no período"), N_("prazos vencidos, sem os cancelados"), Unit.SHARE,
        Reading.PERIOD, Group.SERVICE, DEADLINES, N_("Inclui prazos das partes, que podem escolher não agir."),
        f.on_time, better="high",
    ),
    Indicator(
        "satisfaction", N_("Notas 4 ou 5 de quem usou a Câmara"),
        N_("De cada 100 notas dadas na pesquisa, quantas foram 4 ou 5, numa escala de 1 a 5."),
        N_("notas 4 ou 5 ÷ notas dadas, nas quatro perguntas"), N_("notas dadas à pesquisa no período"), Unit.SHARE,
        Reading.PERIOD, Group.SERVICE, SURVEY,
        N_("Responde quem quer: veja a taxa de resposta. A margem está em cada pergunta."), f.satisfaction,
        better="high", article="Lei 13.460/2017, art. 23",
    ),
    Indicator(
        "survey_response_rate", N_("Respostas à pesquisa"), N_("De cada 100 convidados, quantos responderam."),
        N_("respostas ÷ convites"), N_("partes convidadas a responder"), Unit.SHARE, Reading.PERIOD, Group.SERVICE,
        SURVEY, N_("Poucas respostas dizem pouco."), f.survey_response, article="Lei 13.460/2017, art. 23",
    ),
    # --- prevention
    Indicator(
        "agencies_in_conflict", N_("Órgãos a que os conflitos se referem"), N_("Pedidos recebidos, por órgão."),
        N_("contagem por órgão"), NONE, Unit.CASES, Reading.COHORT, Group.PREVENTION, FACTS,
        N_("Órgãos que atendem mais gente têm mais conflitos."), f.agencies,
    ),
    Indicator(
        "recommendations", N_("Recomendações à Administração"),
        N_("Recomendações feitas a órgãos no período, pelo que deu delas."), N_("contagem por situação"), NONE,
        Unit.COUNT, Reading.PERIOD, Group.PREVENTION, REGISTER, N_("O efeito de cada uma está no seu registro."),
        f.recommendations, promise=Promise.GUIDANCE, better="high",
    ),
)  # fmt: skip
"""Every indicator, in the order of pages."""

IN_OLD_REGISTERS = frozenset({
    "cases_filed", "referral_sources", "top_matters", "resolved_by_outcome", "agreements", "agreement_rate_filed",
    "time_to_resolution", "time_quartiles", "time_p90", "time_mean", "time_closed_median", "time_closed_mean",
    "time_closed_p90", "time_by_matter", "time_by_channel", "backlog", "backlog_age", "clearance_rate",
    "overdue_legacy",
})  # fmt: skip
"""What the sheets of old registers can tell. Of everything else they say nothing, which is not zero."""

NOT_IN_SHEET = N_("Sem dados: a planilha antiga não traz isto.")

BY_ID: dict[str, Indicator] = {indicator.id: indicator for indicator in CATALOGUE}


def labels(chamber: Chamber) -> dict[str, dict[str, str]]:
    """What people read for the values of each dimension: from the chamber's file and its agencies."""
    regulation = chamber.regulation
    return {
        Dimension.MATTER.value: dict(regulation.choices("matters")),
        Dimension.CHANNEL.value: {**dict(regulation.choices("channels")), "legacy": N_("Planilha antiga")},
        Dimension.AGENCY.value: queries_figures.agency_names(),
        Dimension.PRIORITY.value: dict(regulation.choices("priority_groups")),
        "ground": dict(regulation.choices("inadmissibility_reasons")),
        "recommendation": {status.value: status.label for status in Status},
    }


def context(chamber: Chamber, found: Sums, **sources: Any) -> Context:
    """What the functions of the catalogue look at. *sources*: those of ``Context`` that are not the sums."""
    return Context(found, chamber.regulation, names=labels(chamber), **sources)


def figures(ctx: Context, *, public: bool = False) -> Iterator[tuple[Indicator, Figure]]:
    """Every indicator with its figure; with *public* those shown outside the office only."""
    old = ctx.sums.asked.legacy
    for indicator in CATALOGUE:
        if indicator.public or not public:
            told = not old or indicator.id in IN_OLD_REGISTERS
            yield indicator, indicator.compute(ctx) if told else unknown(NOT_IN_SHEET)


def plain(indicator: Indicator, figure: Figure) -> dict[str, Any]:
    """An indicator and its figure as JSON-ready data: what ``cprac report`` and the interface give."""
    return {
        "id": indicator.id,
        "name": indicator.name,
        "group": indicator.group.value,
        "definition": indicator.definition,
        "formula": indicator.formula,
        "denominator": indicator.denominator,
        "unit": indicator.unit.value,
        "reading": indicator.reading.value,
        "source": indicator.source,
        "caveat": indicator.caveat,
        "promise": indicator.promise.value if indicator.promise else None,
        "article": indicator.article or None,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "numerator": figure.numerator,
        "denominator_n": figure.denominator,
        "n": figure.n,
        "parts": [_part(part) for part in figure.parts],
        "why": figure.why or None,
    }


def _part(part: Part) -> dict[str, Any]:
    return dict(to_plain(part))


def report(
    chamber: Chamber, as_of: date, today: date, first: date | None = None, last: date | None = None, **sources: Any
) -> dict[str, Any]:
    """Every indicator of the chamber's own cases and, apart, of the old registers, with the curve both rest on.

    The old ones are seen on *as_of*, or on the day of their sheet where that came before it.
    """
    answer: dict[str, Any] = {
        "chamber": chamber.regulation.chamber.name,
        "as_of": as_of.isoformat(),
        "from": first.isoformat() if first else None,
        "to": last.isoformat() if last else None,
        "series": [],
    }
    sheets = queries_figures.sheets_shown()
    apart = list(sheets) if len(sheets) > 1 else []  # different sheets end on different days: each is told alone too
    for legacy, batch in ((False, None), (True, None), *((True, batch) for batch in apart)):
        day = legacy_series.known_on(as_of, batch) if legacy else as_of
        asked = Asked(day, first, last, legacy, batch=batch)
        found = sums(asked, legacy_series.known_on(today, batch) if legacy else today)
        if legacy and not found.cohort.kinds and not found.period.kinds:
            continue
        ctx = context(chamber, found, **({} if legacy else sources))
        answer["series"].append(
            {
                "series": "legacy" if legacy else "native",
                "name": N_("Casos da planilha antiga") if legacy else N_("Casos da Câmara"),
                "as_of": day.isoformat(),
                **({"batch": batch, "sheet": sheets[batch]} if batch else {}),
                "indicators": [plain(indicator, figure) for indicator, figure in figures(ctx)],
                "survival": curve_points(found),
                "phases": {phase.value: phase.label for phase in Phase},
            }
        )
    return answer


def curve_points(found: Sums, step: int = 1) -> list[dict[str, float | int | None]]:
    """The survival curve as points (days, S, limits, cases at risk), each *step*-th change and the last."""
    line = t.curve(found)
    places = [place for place, ended in enumerate(line.ended) if ended]
    kept = places[::step] + ([places[-1]] if places and (len(places) - 1) % step else [])
    points = []
    for place in kept:
        low, high = line.limits(line.times[place])
        point = {"t": line.times[place], "S": line.survival[place], "lower": low, "upper": high}
        points.append({**point, "n_risk": line.at_risk[place]})
    return points
