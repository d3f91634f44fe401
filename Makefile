PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DATA_DIR ?= $(CURDIR)/var
export PYTHONUNBUFFERED := 1
# Each process would compile Django anew where the environment forbids to keep compiled code.
export PYTHONDONTWRITEBYTECODE :=

# One more than there are cores: browsers and databases keep tests waiting.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=10
POSTGRESQL := $(BIN)/python -m tests.with_postgres
# The pure layers, and the core of the verbs.
CORE := $(addprefix tests/,test_suite.py test_rows.py text document diff imaging pagetext proofreading drafting)
CORE += $(addprefix tests/publishing/test_,$(addsuffix .py,editions review steps blockers rescheduling))
# Only these files are imported to find the tests marked `engine`.
ENGINE = $(shell grep -rl 'mark\.engine' --include='test_*.py' tests)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-slow test-postgresql test-sqlite test-versions coverage check fmt install install-dev lock licences sbom upgrade benchmarks screenshots clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^=#]*## (.*)/make \1\t\2/p' Makefile | expand -t 22

# uv takes a tenth of pip's time. Of pip's settings it is told the registry only: where others are needed, pip installs.
REGISTRY = $(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(shell $(BIN)/python -m pip config get global.index-url 2>/dev/null),https://pypi.org/simple)
# Without a network, pip ends with "No matching distribution found": say the cause instead.
define pip_install
{ sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt >$(VENV)/uv.txt \
	&& { test -x $(BIN)/uv || $(BIN)/python -m pip install --no-compile --require-hashes -r $(VENV)/uv.txt; } \
	&& UV_DEFAULT_INDEX=$(REGISTRY) $(BIN)/uv pip install --python $(BIN)/python --system-certs --require-hashes $(1) \
	|| $(BIN)/python -m pip install --disable-pip-version-check --no-compile --require-hashes $(1); } >$(VENV)/pip.log 2>&1 || { \
	if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError' $(VENV)/pip.log; \
	then echo "软件包下载失败：连不上软件包网站，请检查网络或代理（详见 $(VENV)/pip.log）。" >&2; \
	else echo "软件包安装失败（详见 $(VENV)/pip.log）：$$(grep -E '^ERROR' $(VENV)/pip.log | tail -n 1)" >&2; fi; exit 1; }
endef

$(BIN)/python:
	@test -w . || { echo "没有写入 $(CURDIR) 的权限：请换一个账号，或把项目放到自己的文件夹里。" >&2; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11 或更高版本：没有找到 $(PYTHON)。可用 make PYTHON=/路径 指定。" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：$(PYTHON) 是 $$($(PYTHON) -V 2>&1)。可用 make PYTHON=/路径 指定。" >&2; exit 1; }
	@echo "建立虚拟环境 $(VENV) ……"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "虚拟环境建立失败：请安装 python3-venv。" >&2; exit 1; }

# A stamp a requirements file: installed again only when the pins change.
$(VENV)/.requirements: requirements.txt | $(BIN)/python
	@echo "安装固定版本的软件包 ……"
	@$(call pip_install,-r requirements.txt)
	@touch $@

# requirements-dev.txt has all of requirements.txt: one run of pip for both.
$(VENV)/.requirements-dev: requirements-dev.txt | $(BIN)/python
	@echo "安装测试所用的软件包 ……"
	@$(call pip_install,-r requirements-dev.txt)
	@touch $(VENV)/.requirements $@

install: $(VENV)/.requirements ## set up what the site runs on
install-dev: $(VENV)/.requirements-dev ## and what the checks run on

# Versions stay as they are where the ranges allow; LOCK=--upgrade or LOCK="--upgrade-package Django" renews them.
lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: UV = UV_DEFAULT_INDEX=$(REGISTRY) $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --system-certs $(LOCK)
lock: ## write requirements*.txt, with hashes, from the ranges in requirements*.in
	@test -x $(BIN)/uv || $(MAKE) --no-print-directory install-dev
	@{ $(UV) requirements.in -o requirements.txt && $(UV) -c requirements.txt requirements-dev.in -o requirements-dev.txt; } >/dev/null \
		|| { echo "没有写成 requirements.txt：原因见上，多半是范围互相矛盾，或连不上软件包网站。" >&2; exit 1; }

run: export DEMO = 1
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: install ## serve the site with its sample page at http://127.0.0.1:8000
	@case "$(PORT)" in ''|*[!0-9]*) echo "PORT=$(PORT) 不是端口号，请写 1 到 65535 的整数，例如 make run PORT=8001" >&2; exit 1;; esac
	@mkdir -p -m 700 "$(DATA_DIR)" 2>/dev/null && test -w "$(DATA_DIR)" || { echo "没有写入 $(DATA_DIR) 的权限：可用 make run DATA_DIR=/路径 指定别的文件夹。" >&2; exit 1; }
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' $(PORT) 2>$(VENV)/port.log || { echo "端口 $(PORT) 用不了（$$(tail -n 1 $(VENV)/port.log | sed 's/.*Errno [0-9]*\] //;s/.*Permission denied/没有权限/;s/Address already in use/已被占用/;s/.*must be 0-65535.*/不在 1 到 65535 之间/')），请换一个：make run PORT=8001" >&2; exit 1; }
	@echo "更新数据库（$(DATA_DIR)）……"
	@$(BIN)/python manage.py migrate --verbosity 0
	@echo "准备样版和演示账号 ……"
	@$(BIN)/python manage.py demo
	@$(BIN)/python manage.py make_renditions || echo "有照片没有做成，网站照常启动。"
	@echo "整理静态文件 ……"
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@echo "网站：http://127.0.0.1:$(PORT)/    编辑部：http://127.0.0.1:$(PORT)/admin/    （Ctrl+C 停止）"
	@set -a; . deploy/server.env; exec $(BIN)/granian --host 127.0.0.1 --port $(PORT) jinzhong_eco.wsgi:application

upgrade: ## upgrade a running site without a lost request: make upgrade TO=v1.1.0 (docs/upgrading.md)
	@TO="$(TO)" bash deploy/upgrade

check: install-dev ## code, layers, templates, migrations, types
	@echo "检查代码、层次、模板、迁移、类型 ……"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-cache >$(VENV)/lint.log || { cat $(VENV)/lint.log; exit 1; }
	@git ls-files '*.html' ':!templates/jinja2' | xargs $(BIN)/djade --target-version 5.2 --check
	@$(BIN)/djlint --quiet --lint --extend-exclude templates/jinja2 templates
	@$(BIN)/djlint --quiet --lint --profile jinja templates/jinja2
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(BIN)/python manage.py makemigrations --check --dry-run >/dev/null || { echo "模型有改动，缺迁移：请运行 manage.py makemigrations" >&2; exit 1; }
	@$(BIN)/mypy

fmt: install-dev ## put code and templates in form
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@git ls-files '*.html' ':!templates/jinja2' | xargs $(BIN)/djade --target-version 5.2

# The checks leave a core free.
test: install-dev ## the gate: every check, every test on PostgreSQL, what may differ on SQLite
	@start=$$(date +%s); $(MAKE) --no-print-directory -j2 check test-postgresql && $(MAKE) --no-print-directory test-sqlite \
		&& echo "全部通过，用时 $$(($$(date +%s) - start)) 秒（不计安装）。"

test-postgresql: install-dev ## every test, on PostgreSQL
	@echo "测试（PostgreSQL）……"
	@$(POSTGRESQL) $(PYTEST)

test-sqlite: install-dev ## the tests of what may differ between databases, on SQLite
	@echo "测试（SQLite）……"
	@$(PYTEST) -m engine $(ENGINE)

test-fast: install-dev ## the pure layers and the core of the verbs, on SQLite (under a minute)
	@$(PYTEST) -m "not browser" --ignore-glob="*/test_hostile.py" $(CORE)

test-slow: export THOROUGH = 1
# More examples and the tracing of coverage take their time.
test-slow: export PYTEST_ADDOPTS = --timeout=1800
test-slow: check coverage ## every test with everything that it can try, on both databases, and coverage
	@echo "测试（SQLite，全部）……"
	@$(PYTEST)
	@$(MAKE) --no-print-directory test-versions

test-versions: install-dev ## checks and engine tests on other versions of Python and Django, where they can be had
	@echo "测试（别的 Python 和 Django）……"
	@WORKERS=$(WORKERS) $(BIN)/python -m deploy.releasing.versions

coverage: export SCRIPT_COVERAGE = $(CURDIR)/$(VENV)/scripts
coverage: install-dev ## every test on PostgreSQL, and how many branches of code and scripts they reach
	@rm -rf $(SCRIPT_COVERAGE)
	@$(POSTGRESQL) $(PYTEST) --cov --cov-branch --cov-report=
	@$(BIN)/python -m coverage report --format=total | sed 's/^/分支覆盖率（Python，%）：/'
	@$(BIN)/python -m tests.script_coverage

licences: install-dev ## write docs/licences.md
	@$(BIN)/python -m deploy.releasing.licences

sbom: install-dev ## write the bill of materials (CycloneDX) of what the site runs on to var/sbom.json
	@mkdir -p -m 700 "$(DATA_DIR)"
	@$(BIN)/python -m deploy.releasing.sbom >"$(DATA_DIR)/sbom.json"
	@echo "写好了 $(DATA_DIR)/sbom.json。"

benchmarks: install-dev ## the figures
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); done

screenshots: install-dev ## take the pictures of docs/pictures.md
	@$(BIN)/python docs/screenshots.py

clean: ## remove the environment and the data
	rm -rf $(VENV) var
