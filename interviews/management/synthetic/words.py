"""Words of the synthetic newsroom: names, posts, titles, statements. Seeded by the caller, so deterministic.

Words are drawn by rank, as in real text: a few occur in nearly every statement, most in few.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志海波晓文玉兰春梅红斌宇浩凯鑫慧颖晶雪琳丹萍燕玲婷"
COUNTIES = "榆次 太谷 祁县 平遥 介休 灵石 寿阳 昔阳 和顺 左权 榆社".split()
BUREAUS = (
    "生态环境局 水利局 林业局 农业农村局 住房和城乡建设局 自然资源局 文化和旅游局 能源局 交通运输局 "
    "气象局 教育局 卫生健康委员会"
).split()
POSTS = "局长 副局长 科长 副科长 站长 总工程师 办公室主任 工程师 党支部书记 驻村第一书记 技术员 护林员".split()
PLACES = (
    "汾河 潇河 乌金山 太行山 绵山 云竹湖 石膏山 麻田 龙城大道 双合水库 昌源河 象峪河 乌马河 "
    "清漳河 静升 张壁古堡 云簇湖 八缚岭 庄子乡 长凝镇 东赵乡 段纯镇 两渡镇 松烟镇 禅房村 大寨村 "
    "横岭镇 贾令镇 古城墙 汾酒大道 南关镇 晋祠路 迎宾街 北田镇 郭家堡 什贴镇 王吴村 后沟古村 "
    "阳邑乡 水秀乡 侯城乡 岳壁乡 朱坑乡 洪善镇 宁固镇 香乐乡 义棠镇 张兰镇 连福镇 龙凤镇 夏门镇 "
    "翠峰镇 英武乡 坛镇乡 平头镇 羊头崖 宗艾镇 乐平镇 皋落镇 大寨镇 李阳镇 义兴镇 桐峪镇 芹泉镇 "
    "箕城镇 郝北镇 河峪乡 西马乡 兰峪乡"
).split()
MATTERS = (
    "生态环境 水质 空气质量 绿色发展 污染防治 河道治理 植树造林 森林覆盖率 清洁取暖 扬尘管控 "
    "垃圾分类 污水处理 节水灌溉 湿地保护 水土保持 散煤清零 工业减排 光伏发电 新能源汽车 低碳出行 "
    "生态修复 矿山复绿 林长制 河长制 雨污分流 饮用水源 地下水位 秸秆还田 畜禽粪污 农膜回收 土壤改良 "
    "中药材 核桃产业 文旅融合 古村落 乡村振兴 人居环境 厕所革命 口袋公园 城市绿道 公交优先 充电桩 "
    "智慧监测 执法巡查 环保督察 排污许可 碳汇交易 碳达峰 储能电站 风力发电 煤层气 余热利用 固体废物 "
    "危险废物 噪声治理 油烟净化 餐厨垃圾 再生水 海绵城市 防汛抗旱 水库除险 引黄入晋 鱼类增殖 "
    "候鸟迁徙 金钱豹 褐马鸡 古树名木 种质资源 森林防火 病虫害 退耕还林 国家公园 研学旅行 志愿服务 "
    "自然课堂 绿色学校 环保设施开放 有奖举报 生态补偿 绿色信贷 环境税 清洁生产 循环园区"
).split()
VERBS = ("推进 治理 落实 加强 完善 改造 监测 巡查 整治 推广 建成 实施 开展 探索 启动 守护 宣传 培训 验收 试点").split()
RESULTS = (
    "成效明显 群众满意 指标好转 进度过半 任务完成 责任到人 机制健全 投入增加 数据公开 压力不小 "
    "经验可用 亮点频出 底数摸清 台账齐全 短板补上 参与广泛 收入提高 面貌一新 模式成熟 后劲更足"
).split()
OPENINGS = (
    "今年以来， 近年来， 下一步， 在市委、市政府领导下， 我们感到， 从实践看， 去年， 三年来， "
    "说实话， 展望未来， 具体来说， 同时，"
).split()
HEADLINES = (
    "擦亮生态底色 守护一泓清水 让绿色成为底色 共建美丽家园 把青山留给明天 描绘生态新卷 走好绿色转型路 留住蓝天白云"
).split()
TITLES = (
    "蓝天白云常相伴 碧波荡漾水潺潺 林海听涛绿满山 绿色转型开新局 田园如画稻花香 古城新韵入画来 "
    "清风送暖进万家 小院里的大变化"
).split()


def _ranked(words: list[str]) -> list[float]:
    """Cumulative weights by Zipf's law."""
    return list(accumulate(1 / rank for rank in range(1, len(words) + 1)))


_MATTER_RANKS, _PLACE_RANKS = _ranked(MATTERS), _ranked(PLACES)


def name(number: int) -> str:
    """The n-th person's name: three characters, seldom two."""
    random = Random(number * 7919 + 5)  # noqa: S311 - not a secret
    given = random.choice(GIVEN) + (random.choice(GIVEN) if number % 6 else "")
    return random.choice(SURNAMES) + given


def post(speaker: int, turn: int) -> tuple[str, str]:
    """A speaker's organisation and job title at a turn of their career."""
    county = COUNTIES[speaker % len(COUNTIES)] if speaker % 3 else "市"
    bureau = BUREAUS[(speaker // 3) % len(BUREAUS)]
    return f"{county}{bureau}", POSTS[(speaker + turn) % len(POSTS)]


def sentence(random: Random) -> str:
    (matter,) = random.choices(MATTERS, cum_weights=_MATTER_RANKS)
    (place,) = random.choices(PLACES, cum_weights=_PLACE_RANKS)
    verb, result = random.choice(VERBS), random.choice(RESULTS)
    match random.randrange(4):
        case 0:
            return f"{random.choice(OPENINGS)}{place}一带{verb}{matter}，{result}。"
        case 1:
            money, villages = random.randrange(20, 9000), random.randrange(3, 90)
            return f"{place}投入{money}万元{verb}{matter}，{result}，惠及{villages}个村。"
        case 2:
            return f"{random.choice(OPENINGS)}我们{verb}{matter}，{place}已完成{random.randrange(10, 99)}%，{result}。"
        case _:
            return f"{matter}是{place}群众最关心的事，要{verb}到底，做到{result}。"


def statement(random: Random) -> str:
    """A statement as HTML: two or three paragraphs, some 250 characters."""
    paragraphs = (
        "".join(sentence(random) for _ in range(random.randrange(3, 6))) for _ in range(random.randrange(2, 4))
    )
    return "".join(f"<p>{each}</p>" for each in paragraphs)
