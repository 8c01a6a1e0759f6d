"""The cases of the demonstration: one list, in the order of a case's life. Every state has at least one.

The names of things are invented; amounts are in centavos.
"""

from __future__ import annotations

from datetime import date, timedelta

from cprac.demo_world import papers
from cprac.demo_world import turns as t
from cprac.demo_world.casting import EMAILS, NAMES, Casting
from cprac.demo_world.numbers import cnj
from cprac.demo_world.seeding import Plan, Simulation
from cprac.domain.acts import Act
from cprac.domain.states import CaseState
from cprac.services.intake import NewParty

S = CaseState

OLD_RULES = "demonstracao-anterior"
"""A version of the procedure from before: the Attorney General decided between departments that did not agree."""


def plans_for(world: Simulation) -> list[Plan]:
    """Every case of the demonstration on the day of *world*, which has its people and departments already."""
    case = Casting(world)
    _filed(case)
    _talking(case)
    _agreeing(case)
    _in_force(case)
    _ended(case)
    return case.plans


def _days(world: Simulation, *days: int) -> tuple[date, ...]:
    return tuple(world.today + timedelta(days=each) for each in days)


def _filed(case: Casting) -> None:
    """From the first look at a request to its admission, with the ways out and back."""
    case.citizen(
        "buraco", "marina", "", "obras", "vehicle_accident", 2_480_00, S.FILED, 1,
        "Caí com a moto num buraco sem sinalização na rua das Figueiras.", "O conserto da moto, orçado em oficina.",
        files=(papers.photo("buraco.png", 4), papers.pdf("orcamento.pdf", "Orçamento", "Peças e serviço: R$ 2.480,00")),
        fact_on=case.world.ago(9),
    )  # fmt: skip
    case.citizen(
        "remedio_idosa", "renata", "Ivone Ribeiro da Costa", "saude", "health_service", 3_900_00, S.FILED, 2,
        "Tenho 84 anos e o posto deixou de entregar o remédio da pressão há três meses.",
        "A entrega do remédio e o que paguei na farmácia.", desk=True, priority="elderly_80",
    )  # fmt: skip
    case.citizen(
        "poda", "joao", "", "ambiente", "public_works_damage", 1_150_00, S.FILED, 6,
        "Um galho da árvore da calçada caiu sobre o portão da garagem.", "O conserto do portão e a poda da árvore.",
        files=(papers.photo("portao.png", 9),), fact_on=case.world.ago(30),
    )  # fmt: skip
    case.citizen(
        "muro", "renata", "Geraldo Pinto Moreira", "obras", "public_works_damage", 17_655_40, S.FORMAL_REVIEW, 1,
        "A obra da avenida abalou o muro da minha casa.", "A reconstrução de doze metros de muro.", desk=True,
    )  # fmt: skip
    case.citizen(
        "vazamento", "renata", "Terezinha de Jesus Lopes", "obras", "public_works_damage", 6_200_00, S.FORMAL_REVIEW, 6,
        "A água da chuva entra pela galeria quebrada e molha a sala.", "O conserto da galeria e a pintura da sala.",
        priority="elderly_60", fact_on=case.world.ago(80),
    )  # fmt: skip
    case.citizen(
        "transportadora", "joao", "Transportes Vale do Paraopeba Ltda.", "obras", "vehicle_accident", 128_704_90,
        S.FORMAL_REVIEW, 6, "Um caminhão da Prefeitura bateu em dois veículos da empresa no pátio.",
        "O conserto dos dois veículos e os dias parados.", external_process=f"04.118/{case.world.today.year - 1}-31",
        then=t.asked_to_complete("Boletim de ocorrência", "Nota do guincho, com data"),
    )  # fmt: skip
    case.citizen(
        "calcada", "renata", "Célio Fontes Barbosa", "obras", "public_works_damage", 900_00, S.FORMAL_REVIEW, 22,
        "Tropecei na calçada da praça e quebrei os óculos.", "O valor dos óculos.",
        then=t.asked_to_complete("Nota fiscal dos óculos", "Comprovante de endereço"), desk=True,
    )  # fmt: skip
    case.citizen(
        "barraca", "renata", "Nilza Aparecida Gomes", "urbanismo", "urban_planning", 4_800_00, S.FORMAL_REVIEW, 3,
        "A barraca foi recolhida na feira e as frutas se perderam.", "A devolução da barraca e o valor das frutas.",
        then=t.asked_to_complete("Foto da barraca", "Licença da feira", arrives=None), desk=True,
    )  # fmt: skip
    case.citizen(
        "padaria", "renata", "Padaria Eldorado Ltda.", "educacao", "contracts", 46_310_22, S.MERIT_ADMISSIBILITY, 15,
        "As escolas receberam pão por quatro meses e três notas não foram pagas.", "O pagamento das três notas.",
        lawsuits=(cnj(50_411, case.world.today.year - 1),), lawsuit_declared=True,
    )  # fmt: skip
    case.citizen(
        "alvara", "renata", "Marcos Vilela Dantas", "urbanismo", "urban_planning", 3_200_00, S.MERIT_ADMISSIBILITY, 4,
        "A multa saiu com o número de outro imóvel.", "O cancelamento da multa.", desk=True,
    )  # fmt: skip
    case.citizen(
        "onibus_escolar", "marina", "", "educacao", "education", 1_980_00, S.MERIT_ADMISSIBILITY, 19,
        "O ônibus escolar parou de passar e paguei van por dois meses.", "A volta do ônibus e o que paguei.",
    )  # fmt: skip
    case.citizen(
        "iptu", "renata", "Sebastião Rocha Filho", "fazenda", "taxes", 880_00, S.MERIT_ADMISSIBILITY, 8,
        "O carnê cobra de novo uma parcela que já paguei.", "A baixa da parcela paga.",
        then=t.asked("fazenda", "A parcela de março consta como paga?"),
        files=(papers.pdf("comprovante.pdf", "Comprovante de pagamento", "Parcela 3, paga em banco."),),
    )  # fmt: skip
    case.citizen(
        "desapropriacao", "renata", "Espólio de Alcides Menezes", "urbanismo", "land", 310_000_00,
        S.MERIT_ADMISSIBILITY, 16, "O terreno da família virou rua e nada foi pago.", "A indenização do terreno.",
        then=t.asked("urbanismo", "Há decreto que declare o terreno de utilidade pública?", urgent=True),
    )  # fmt: skip
    case.citizen(
        "lei", "renata", "Associação de Moradores do Retiro", "fazenda", "other", 9_900_00, S.MERIT_ADMISSIBILITY, 6,
        "A associação quer isenção da taxa de iluminação da sede.", "A isenção da taxa.",
        then=t.rejected("needs_legislative_authorization", "Isenção só por lei, e não há lei para este caso."),
    )  # fmt: skip
    case.citizen(
        "prescrito", "renata", "Ademir Couto Ramos", "obras", "public_works_damage", 7_700_00, S.MERIT_ADMISSIBILITY,
        22, "Em uma enchente de muitos anos atrás perdi os móveis da sala.", "O valor dos móveis.", desk=True,
        then=t.rejected("time_barred", "O prazo de cinco anos terminou antes do pedido."),
    )  # fmt: skip
    case.citizen(
        "multa", "renata", "Oficina Três Irmãos Ltda.", "ambiente", "environment", 12_000_00, S.MERIT_ADMISSIBILITY, 8,
        "A multa por óleo na calçada foi dada à oficina errada.", "O cancelamento da multa.",
        then=t.one_after_the_other(
            t.rejected("duplicate", "Já existe defesa administrativa sobre a mesma multa."),
            t.appealed("A defesa foi de outra multa, de outro ano."),
        ),
    )  # fmt: skip
    case.citizen(
        "licenca", "renata", "Marcenaria Boa Vista Ltda.", "urbanismo", "urban_planning", 25_000_00,
        S.MERIT_ADMISSIBILITY, 20, "A licença foi negada sem dizer o motivo.", "Nova análise da licença.",
        then=t.one_after_the_other(
            t.rejected("outside_regulation", "Licença de funcionamento não está no regulamento."),
            t.appealed("O regulamento fala em posturas e licenças."), t.forwarded,
        ),
    )  # fmt: skip
    case.citizen(
        "exame", "renata", "Rosa Maria Pinheiro", "saude", "health_service", 1_200_00, S.ADMITTED, 2,
        "O exame marcado há oito meses foi desmarcado duas vezes.", "O exame na rede ou o seu valor.",
        priority="serious_illness",
    )  # fmt: skip
    case.citizen(
        "enchente", "marina", "", "obras", "public_works_damage", 9_350_00, S.ADMITTED, 7,
        "A galeria entupida alagou a loja e estragou as prateleiras.", "O valor das prateleiras e das mercadorias.",
        files=(papers.photo("loja.png", 21),),
    )  # fmt: skip
    case.citizen(
        "carro_e_iptu", "renata", "Hilda Nogueira Paes", "obras", "vehicle_accident", 8_420_00, S.MERIT_ADMISSIBILITY,
        9, "O carro da fiscalização bateu no meu, e quero desconto no IPTU.", "O conserto e o desconto no IPTU.",
        then=t.admitted_in_part,
    )  # fmt: skip


def _talking(case: Casting) -> None:
    """Invitations, mediators, meetings, talks and pauses."""
    world = case.world
    case.citizen(
        "arvore", "renata", "Nair Gonçalves Pena", "ambiente", "public_works_damage", 6_400_00, S.INVITATION_PENDING, 2,
        "A árvore da praça caiu sobre o telhado.", "O conserto do telhado.", priority="elderly_60",
    )  # fmt: skip
    case.city(
        "divida", "fazenda", NewParty("invitee", "natural", NAMES["joao"], email=EMAILS["joao"]), "city_credit",
        14_300_00, S.INVITATION_PENDING, 6, "O box do mercado municipal tem onze mensalidades em aberto.",
        "O pagamento das mensalidades em parcelas.", then=t.one_after_the_other(t.bound(1, 2, "joao"), t.served(1)),
    )  # fmt: skip
    case.citizen(
        "condominio", "renata", "Condomínio Parque das Acácias", "obras", "public_works_damage", 54_000_00,
        S.INVITATION_PENDING, 14, "A obra da rede rompeu o muro de arrimo do condomínio.", "A reconstrução do muro.",
        others=(NewParty("invitee", "legal", "Saneadora do Vale S.A."),), script={"severable_parties": True},
        then=t.one_after_the_other(t.served(1), t.after(3, "city_attorney", Act.ACCEPT, online=True)),
    )  # fmt: skip
    case.city(
        "guia", "obras", NewParty("invitee", "legal", "Guinchos Serra Azul Ltda."), "city_credit", 5_600_00,
        S.INVITATION_PENDING, 27, "Um guincho derrubou a guia da praça.", "O valor do conserto da guia.",
        then=t.served(1),
    )  # fmt: skip
    case.citizen(
        "carro_marina", "marina", "", "obras", "vehicle_accident", 8_420_00, S.MEDIATOR_ASSIGNMENT, 3,
        "O caminhão de lixo raspou a lateral do meu carro parado.", "O conserto da lateral.",
        files=(papers.photo("lateral.png", 33), papers.pdf("orcamentos.pdf", "Orçamentos", "O menor: R$ 8.420,00")),
    )  # fmt: skip
    case.citizen(
        "bueiro", "renata", "Wanderley Sotto Maior", "obras", "public_works_damage", 2_150_00, S.MEDIATOR_ASSIGNMENT, 7,
        "A tampa do bueiro soltou e furou dois pneus.", "Os dois pneus e o reboque.", then=t.chosen,
    )  # fmt: skip
    case.citizen(
        "onibus", "renata", "Djalma Veloso Prates", "saude", "vehicle_accident", 4_900_00, S.MEDIATOR_ASSIGNMENT, 7,
        "O ônibus dos pacientes fechou a minha moto.", "O conserto da moto e os dias sem trabalhar.", then=t.refused,
    )  # fmt: skip
    case.citizen(
        "servidora", "renata", "Lindalva Matos Couto", "educacao", "civil_servants", 21_000_00, S.MEDIATOR_ASSIGNMENT,
        5, "A progressão na carreira ficou dois anos sem ser paga.", "As diferenças dos dois anos.", then=t.declared,
    )  # fmt: skip
    case.departments(
        "predio", "saude", "educacao", 0, 6, "A creche usa parte do prédio do posto e ninguém paga a luz.",
        "Dizer quem paga a luz e a água do prédio.", t.started_between_departments,
    )  # fmt: skip
    case.citizen(
        "ambulancia", "renata", "Antônio Carlos Dutra", "saude", "vehicle_accident", 7_300_00, S.SESSION_SCHEDULED, 6,
        "A ambulância bateu na traseira do meu carro no semáforo.", "O conserto do carro.", meets=0,
    )  # fmt: skip
    case.citizen(
        "caminhao", "joao", "Transportes Vale do Paraopeba Ltda.", "obras", "vehicle_accident", 38_900_00,
        S.SESSION_SCHEDULED, 5, "A máquina da obra quebrou o para-brisa e a cabine de um caminhão da empresa.",
        "O conserto da cabine.", meets=2, script={"remote": True, "place": "https://reuniao.exemplo.gov.br/sala-2"},
    )  # fmt: skip
    case.citizen(
        "ponte", "renata", "Olga Pimentel Reis", "obras", "public_works_damage", 3_750_00, S.SESSION_SCHEDULED, 9,
        "A ponte interditada me obrigou a pagar frete dobrado.", "A diferença do frete.", meets=-1,
    )  # fmt: skip
    case.citizen(
        "muro_marina", "marina", "", "obras", "public_works_damage", 212_000_00, S.IN_PROGRESS, 12,
        "A obra do córrego rachou as paredes da casa e do muro.", "O conserto da casa e o aluguel enquanto durar.",
        files=(papers.photo("parede.png", 12), papers.photo("muro.png", 27),
               papers.pdf("vistoria.pdf", "Vistoria cautelar", "Feita antes da obra, sem trincas.")),
        then=t.talked, fact_on=world.ago(150), script={"mediator": "mediator"},
    )  # fmt: skip
    case.citizen(
        "empreiteira", "renata", "Construtora Nova Contagem S.A.", "obras", "contracts", 1_904_118_00, S.IN_PROGRESS,
        48, "O aço subiu 40% no meio da obra da escola.", "O reequilíbrio do contrato.",
        external_process=f"11.204/{world.today.year - 1}-08",
    )  # fmt: skip
    case.citizen(
        "pericia", "renata", "Jurandir Tavares Leal", "obras", "public_works_damage", 88_000_00, S.IN_PROGRESS, 9,
        "O aterro da obra empurrou o alicerce da oficina.", "O reforço do alicerce.",
        then=t.paused("expert_evidence", 19),
    )  # fmt: skip
    case.citizen(
        "defensor", "renata", "Cleusa Barreto Lima", "saude", "social_assistance", 2_640_00, S.IN_PROGRESS, 15,
        "O benefício de aluguel parou sem aviso.", "A volta do benefício e os meses sem pagar.",
        then=t.paused("counsel_needed", -1), priority="disability",
    )  # fmt: skip


def _agreeing(case: Casting) -> None:
    """Drafts, opinions, authorisations, signatures, the Attorney General, the journal, the judge."""
    case.citizen(
        "moto", "renata", "Everton Salles Nunes", "obras", "vehicle_accident", 5_400_00, S.DRAFTING_AGREEMENT, 4,
        "A areia da obra ficou na curva e a moto derrapou.", "O conserto da moto.",
    )  # fmt: skip
    case.citizen(
        "lixeira", "renata", "Neusa Carvalho Pinto", "ambiente", "public_works_damage", 1_300_00, S.ADMITTED, 5,
        "A lixeira da praça caiu sobre a vitrine.", "O vidro da vitrine.", then=t.offered,
    )  # fmt: skip
    case.citizen(
        "escola", "renata", "Helvécio Souza Brandão", "educacao", "public_works_damage", 31_000_00,
        S.LEGAL_FISCAL_REVIEW, 5, "O muro da escola cedeu sobre o meu quintal.", "A retirada da terra e o novo muro.",
    )  # fmt: skip
    case.citizen(
        "cadeira", "renata", "Margarida Assis Fontoura", "saude", "health_service", 6_900_00, S.LEGAL_FISCAL_REVIEW, 13,
        "A cadeira de rodas pedida há um ano não foi entregue.", "A cadeira ou o seu valor.", priority="disability",
        then=t.favourable(8), script={"unavailable_right": True},
    )  # fmt: skip
    case.citizen(
        "aparecida", "renata", "Aparecida Nunes Lima", "obras", "public_works_damage", 24_000_00,
        S.AWAITING_AUTHORIZATION, 4, "O esgoto da rua voltou pela casa.", "O piso novo e a limpeza.",
    )  # fmt: skip
    case.citizen(
        "viaduto", "renata", "Distribuidora Sete Lagos Ltda.", "obras", "public_works_damage", 240_000_00,
        S.AWAITING_AUTHORIZATION, 9, "A obra do viaduto fechou a entrada do depósito por cinco meses.",
        "O aluguel de outro depósito nesse tempo.", then=t.authorized_once,
    )  # fmt: skip
    case.citizen(
        "trator", "renata", "Gilson Pacheco Diniz", "obras", "vehicle_accident", 11_800_00, S.AWAITING_AUTHORIZATION,
        13, "O trator da Prefeitura derrubou a cerca do sítio.", "A cerca e os animais que fugiram.",
    )  # fmt: skip
    case.citizen(
        "portao", "marina", "", "obras", "public_works_damage", 4_800_00, S.AWAITING_SIGNATURES, 3,
        "A retroescavadeira amassou o portão da minha casa.", "Um portão novo.",
    )  # fmt: skip
    case.citizen(
        "eunice", "renata", "Eunice Barbosa Leite", "saude", "vehicle_accident", 4_800_00, S.AWAITING_SIGNATURES, 13,
        "O carro do posto bateu no meu, estacionado.", "O conserto da porta.", then=t.signed_by("applicant"),
    )  # fmt: skip
    case.citizen(
        "tarcisio", "renata", "Tarcísio Andrade Melo", "educacao", "public_works_damage", 5_600_00,
        S.AWAITING_ADMIN_HOMOLOGATION, 3, "A reforma da creche quebrou o cano da casa ao lado.", "O conserto do cano.",
    )  # fmt: skip
    case.citizen(
        "lagoa", "renata", "Clube Náutico Várzea Grande", "ambiente", "environment", 62_000_00,
        S.AWAITING_ADMIN_HOMOLOGATION, 11, "A limpeza da lagoa soltou o píer do clube.", "A volta do píer ao lugar.",
    )  # fmt: skip
    case.citizen(
        "poste", "renata", "Valdir Moreira Cintra", "obras", "vehicle_accident", 3_300_00, S.AWAITING_PUBLICATION, 5,
        "O poste caído na via amassou o capô do táxi.", "O conserto do capô.",
    )  # fmt: skip
    case.citizen(
        "ponto", "renata", "Irene Salomão Duque", "obras", "public_works_damage", 18_400_00, S.AWAITING_PUBLICATION, 6,
        "A marquise do ponto de ônibus caiu sobre a banca.", "A banca nova.", then=t.published,
        lawsuits=(cnj(31_977, case.world.today.year - 1),), script={"costs": "Cada parte paga os seus honorários."},
    )  # fmt: skip
    case.citizen(
        "cirurgia", "renata", "Benedito Faria Campos", "saude", "health_service", 45_000_00, S.AWAITING_PUBLICATION, 14,
        "A cirurgia marcada foi adiada quatro vezes.", "A cirurgia em hospital conveniado.", priority="elderly_60",
        then=t.filed_in_court(cnj(60_212, case.world.today.year)), script={"unavailable_right": True},
    )  # fmt: skip


def _in_force(case: Casting) -> None:
    """Agreements being kept, late, or broken."""
    world = case.world
    debtor = NewParty("invitee", "legal", "Eventos Beira-Rio Ltda.", email=EMAILS["renata"])
    case.citizen(
        "parcelas", "marina", "", "saude", "vehicle_accident", 12_000_00, S.IN_FORCE, 45,
        "A van da saúde bateu no muro e no carro.", "O conserto dos dois.",
        script={"dues": _days(world, -40, -12, 20)}, then=t.one_after_the_other(t.paid(1, wait=18), t.paid(2, wait=15)),
    )  # fmt: skip
    case.citizen(
        "atraso", "renata", "Lourdes Campos Vieira", "obras", "public_works_damage", 30_000_00, S.IN_FORCE, 30,
        "A obra do viaduto trincou a laje.", "A reforma da laje.",
        then=t.one_after_the_other(t.paid(1, wait=6), t.told_to_cure(2, 8)),
        script={"dues": _days(world, -34, -20, 15)},
    )  # fmt: skip
    case.citizen(
        "hoje", "joao", "", "obras", "vehicle_accident", 6_600_00, S.IN_FORCE, 12,
        "A placa caída na curva causou a batida.", "O conserto do carro.", script={"dues": _days(world, 0, 30)},
    )  # fmt: skip
    case.city(
        "descumprido", "fazenda", debtor, "city_credit", 40_000_00, S.INVITATION_PENDING, 95,
        "O aluguel do parque para a feira não foi pago.", "O pagamento do aluguel em duas vezes.",
        script={"invitees": ("renata",), "dues": _days(world, -35, 30)},
        then=t.one_after_the_other(t.bound(1, 2, "renata"), t.from_invitation_to_force, t.breached(1, 19)),
    )  # fmt: skip
    case.city(
        "execucao", "fazenda", debtor, "city_credit", 22_000_00, S.INVITATION_PENDING, 115,
        "A taxa do palco do ano passado não foi paga.", "O pagamento da taxa em duas vezes.",
        script={"invitees": ("renata",), "dues": _days(world, -60, -30)},
        then=t.one_after_the_other(
            t.bound(1, 2, "renata"), t.from_invitation_to_force, t.breached(1, 34),
            t.after(4, "city_attorney", Act.ENFORCE, cnj=cnj(70_315, world.today.year)),
        ),
    )  # fmt: skip


def _ended(case: Casting) -> None:
    """Every way in which a case ends."""
    world = case.world
    case.citizen(
        "wilson", "renata", "Wilson Prates Couto", "obras", "vehicle_accident", 2_200_00, S.IN_FORCE, 25,
        "O buraco da rua quebrou a roda do carro.", "A roda e o pneu.",
        script={"dues": _days(world, -30, -10)}, then=t.paid(1, 2, wait=8),
    )  # fmt: skip
    case.citizen(
        "antigo_um", "joao", "", "obras", "vehicle_accident", 9_100_00, S.IN_FORCE, 195,
        "O caminhão-pipa amassou a porta do meu carro.", "O conserto da porta.",
        script={"dues": _days(world, -270, -250)}, then=t.paid(1, 2, wait=8),
    )  # fmt: skip
    case.citizen(
        "antigo_dois", "renata", "Francisca Rego Tostes", "saude", "health_service", 1_700_00, S.IN_FORCE, 180,
        "Paguei o exame que o posto não fez.", "O valor do exame.",
        script={"dues": _days(world, -250)}, then=t.paid(1, wait=10),
    )  # fmt: skip
    case.citizen(
        "sem_acordo", "renata", "Estacionamento Central Ltda.", "urbanismo", "urban_planning", 77_000_00, S.IN_PROGRESS,
        20, "A obra na calçada fechou a entrada por dois meses.", "O movimento perdido.",
        then=t.after(6, "mediator", Act.CLOSE_WITHOUT_AGREEMENT),
    )  # fmt: skip
    case.citizen(
        "desistiu", "renata", "Zélia Moraes Fiúza", "educacao", "education", 450_00, S.ADMITTED, 15,
        "Pedi vaga na creche perto de casa.", "A vaga na creche.", then=t.after(3, "applicant", Act.WITHDRAW),
    )  # fmt: skip
    case.city(
        "silencio", "obras", NewParty("invitee", "natural", "Orlando Peixoto Brum"), "city_credit", 3_900_00,
        S.INVITATION_PENDING, 45, "Um carro derrubou o abrigo de ônibus.", "O valor do abrigo.", then=t.unanswered,
    )  # fmt: skip
    case.citizen(
        "incompleto", "renata", "Abel Monteiro Graça", "urbanismo", "land", 0, S.FORMAL_REVIEW, 50,
        "Quero a escritura do lote em que moro.", "A escritura do lote.", then=t.archived, desk=True,
    )  # fmt: skip
    case.citizen(
        "sem_objeto", "renata", "Jussara Lemos Quadros", "saude", "health_service", 600_00, S.MERIT_ADMISSIBILITY, 20,
        "O aparelho de pressão do posto está quebrado.", "O conserto do aparelho.",
        then=t.after(4, "coordinator", Act.DECLARE_MOOT, reason_code="moot", grounds="O aparelho foi trocado."),
    )  # fmt: skip
    case.departments(
        "galpao", "obras", "ambiente", 120_000_00, 70, "As duas secretarias usam o galpão e nenhuma reforma o telhado.",
        "Dizer quem reforma o telhado.", t.arbitrated, procedure=OLD_RULES,
    )  # fmt: skip
    case.citizen(
        "negado", "renata", "Mineração Pedra Lisa Ltda.", "ambiente", "environment", 500_000_00, S.MERIT_ADMISSIBILITY,
        40, "A licença foi cassada e a empresa quer indenização.", "A indenização pelos meses parados.",
        then=t.one_after_the_other(
            t.rejected("contrary_to_consolidated_case_law", "Os tribunais não dão indenização neste caso."),
            t.appealed("A cassação foi anulada pelo juiz."), t.forwarded,
            t.after(8, "attorney_general", Act.UPHOLD, grounds="A decisão anulada trata de outra licença."),
        ),
    )  # fmt: skip
    case.citizen(
        "anulado", "renata", "Placas e Letreiros Aurora Ltda.", "urbanismo", "contracts", 34_000_00, S.IN_FORCE, 40,
        "Duas notas de placas de rua não foram pagas.", "O pagamento das notas.",
        script={"dues": _days(world, -45, 25)},
        then=t.one_after_the_other(
            t.paid(1, wait=10),
            t.after(9, "coordinator", Act.ANNUL, reason_code="audit_court", grounds="A mesma nota já tinha sido paga."),
        ),
    )  # fmt: skip
