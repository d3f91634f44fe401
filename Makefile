# make run   sets everything up and serves the site with its sample page at http://127.0.0.1:$(PORT)
# make test  sets everything up and runs every check, on SQLite and on PostgreSQL

PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DATA_DIR ?= $(CURDIR)/var
export PYTHONUNBUFFERED := 1

# One more than there are cores: browsers and databases keep tests waiting.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# The pure layers ask no database: their tests run once. So do those in a browser, but for the whole journey: what they ask of
# a database, the others ask too.
ONCE := tests/imaging tests/pagetext tests/proofreading $(addprefix tests/test_,$(addsuffix .py,chinese comparison credit_roles document reconciliation richtext typed))

.DEFAULT_GOAL := help
.PHONY: help run test check install install-dev benchmarks screenshots clean

help:
	@sed -n 's/^# make/make/p' Makefile

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11 或更高版本：没有找到 $(PYTHON)。可用 make PYTHON=/路径 指定。" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：$(PYTHON) 是 $$($(PYTHON) -V 2>&1)。可用 make PYTHON=/路径 指定。" >&2; exit 1; }
	@echo "建立虚拟环境 $(VENV) ……"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "虚拟环境建立失败：请安装 python3-venv。" >&2; exit 1; }

# A stamp a requirements file: installed again only when the pins change.
$(VENV)/.requirements: requirements.txt | $(BIN)/python
	@echo "安装固定版本的软件包 ……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt >$(VENV)/pip.log 2>&1 || { echo "软件包下载或安装失败（详见 $(VENV)/pip.log）：$$(grep -E '^ERROR' $(VENV)/pip.log | tail -n 1)" >&2; exit 1; }
	@touch $@

$(VENV)/.requirements-dev: requirements-dev.txt $(VENV)/.requirements
	@echo "安装测试所用的软件包 ……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt >$(VENV)/pip.log 2>&1 || { echo "软件包下载或安装失败（详见 $(VENV)/pip.log）：$$(grep -E '^ERROR' $(VENV)/pip.log | tail -n 1)" >&2; exit 1; }
	@touch $@

install: $(VENV)/.requirements
install-dev: $(VENV)/.requirements-dev

run: export DEMO = 1
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: install
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' $(PORT) 2>/dev/null || { echo "端口 $(PORT) 用不了（多半已被占用），请换一个：make run PORT=8001" >&2; exit 1; }
	@echo "更新数据库（$(DATA_DIR)）……"
	@$(BIN)/python manage.py migrate --verbosity 0
	@echo "准备样版和演示账号 ……"
	@$(BIN)/python manage.py demo
	@$(BIN)/python manage.py make_renditions || echo "有照片没有做成，网站照常启动。"
	@echo "整理静态文件 ……"
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0 --ignore tests --ignore preview.html --ignore tmpFrameset.html --ignore ciframe.html
	@echo "网站：http://127.0.0.1:$(PORT)/    编辑部：http://127.0.0.1:$(PORT)/admin/    （Ctrl+C 停止）"
	@exec $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 2 --blocking-threads 4 --backpressure 1024 --http1-header-read-timeout 10000 --no-access-log --log-level warning jinzhong_eco.wsgi:application

check: install-dev
	@echo "检查代码、层次、模板、迁移、类型 ……"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-cache >$(VENV)/lint.log || { cat $(VENV)/lint.log; exit 1; }
	@git ls-files '*.html' | xargs $(BIN)/djade --target-version 5.2 --check
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(BIN)/python manage.py makemigrations --check --dry-run >/dev/null || { echo "模型有改动，缺迁移：请运行 manage.py makemigrations" >&2; exit 1; }
	@$(BIN)/mypy

test: check
	@echo "测试（SQLite）……"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
	@echo "测试（PostgreSQL）……"
	@$(BIN)/python -m tests.with_postgres $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "both or not browser" $(addprefix --ignore=,$(ONCE))

benchmarks: install-dev
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); done

screenshots: install-dev
	@$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) var
