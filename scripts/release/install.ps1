<#
.SYNOPSIS
Installs Sigel as a Windows service, or a newer version over an older one.

.DESCRIPTION
Run it as administrator (Windows PowerShell 5.1 or later) from the unpacked zip. It copies the program to
%ProgramFiles%\Sigel, writes %ProgramData%\Sigel\config.yaml where there is none, adds the service, and starts it.

.PARAMETER Endpoint
The OpenTelemetry Collector, as HOST:PORT of gRPC, for a configuration that is written.

.PARAMETER Cluster
The cluster, or group of machines, that this one is of; for a configuration that is written.

.PARAMETER Insecure
Send without TLS; for a configuration that is written.

.PARAMETER Uninstall
Stop and remove the service, and the program. Configuration, logs and what was not delivered stay in %ProgramData%\Sigel.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File install.ps1 -Endpoint gateway.example.com:4317 -Cluster shop-eu

.EXAMPLE
powershell -ExecutionPolicy Bypass -File install.ps1 -Uninstall
#>
param(
  [string]$Endpoint = 'localhost:4317',
  [string]$Cluster = 'none',
  [switch]$Insecure,
  [switch]$Uninstall
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$Name = 'Sigel'
$Here = Split-Path -Parent $MyInvocation.MyCommand.Path
$Program = Join-Path $env:ProgramFiles 'Sigel'
$Data = Join-Path $env:ProgramData 'Sigel'
$Config = Join-Path $Data 'config.yaml'

function Test-Administrator {
  $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
  $principal = New-Object System.Security.Principal.WindowsPrincipal($identity)
  return $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
}

# Runs a program, and ends this script where that fails.
function Invoke-Program([string]$File, [string[]]$Arguments) {
  & $File @Arguments | Out-Host
  if ($LASTEXITCODE -ne 0) { throw "$File $($Arguments -join ' '): exit code $LASTEXITCODE" }
}

function Invoke-Sigel([string]$Folder, [string[]]$Arguments) {
  Invoke-Program (Join-Path $Folder 'node.exe') (@((Join-Path $Folder 'dist\src\main.js')) + $Arguments)
}

function Get-Agent { return Get-CimInstance -ClassName Win32_Service -Filter "Name='$Name'" }

# Its process holds node.exe for a moment after the service has ended.
function Stop-Agent {
  $agent = Get-Agent
  if (($null -eq $agent) -or ($agent.State -ne 'Running')) { return }
  Invoke-Sigel $Here @('service', 'stop')
  Wait-Process -Id $agent.ProcessId -Timeout 30 -ErrorAction SilentlyContinue
}

function Copy-Program {
  if ($Here -eq $Program) { return }
  if (Test-Path -LiteralPath $Program) { Remove-Item -LiteralPath $Program -Recurse -Force }
  [void](New-Item -ItemType Directory -Path $Program)
  Copy-Item -Path (Join-Path $Here '*') -Destination $Program -Recurse
}

# Below %ProgramData% everybody may make files: this folder is left to SYSTEM and administrators, by their well-known ids.
function Write-Configuration {
  if (Test-Path -LiteralPath $Config) { return }
  if (-not (Test-Path -LiteralPath $Data)) { [void](New-Item -ItemType Directory -Path $Data) }
  Invoke-Program 'icacls.exe' @($Data, '/inheritance:r', '/grant', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F', '/q')
  $arguments = @('init', $Config, '--endpoint', $Endpoint, '--cluster', $Cluster)
  if ($Insecure) { $arguments += '--insecure' }
  Invoke-Sigel $Program $arguments
}

if (-not (Test-Administrator)) {
  Write-Host 'Run this as administrator.'
  exit 2
}
if ($Uninstall) {
  Stop-Agent
  if ($null -ne (Get-Agent)) { Invoke-Sigel $Here @('service', 'uninstall') }
  if (($Here -ne $Program) -and (Test-Path -LiteralPath $Program)) { Remove-Item -LiteralPath $Program -Recurse -Force }
  exit 0
}
Stop-Agent
Copy-Program
Write-Configuration
if ($null -eq (Get-Agent)) { Invoke-Sigel $Program @('service', 'install') }
Invoke-Sigel $Program @('service', 'start')
