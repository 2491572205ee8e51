@echo off
rem Runs wheelworks from its source tree; builds it first when a source has changed.
setlocal
where node >nul 2>nul
if errorlevel 1 (
  echo wheelworks: Node.js 20.19 or newer is needed, and there is no "node" in PATH. See https://nodejs.org. 1>&2
  exit /b 2
)
node -e "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)"
if errorlevel 1 (
  echo wheelworks: Node.js 20.19 or newer is needed; the one in PATH is older. See https://nodejs.org. 1>&2
  exit /b 2
)
node "%~dp0scripts\ensure-built.mjs"
if errorlevel 1 exit /b 1
node "%~dp0dist\wheelworks.js" %*
exit /b %errorlevel%
