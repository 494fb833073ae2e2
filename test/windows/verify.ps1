<#
.SYNOPSIS
Settles the open points of docs/windows-verification.md on a real Windows.

.DESCRIPTION
Run it as administrator on Windows Server 2019, 2022 or 2025 (Windows PowerShell 5.1 or later) from a checkout of Sigel
in which `npm ci` has run. It takes about five minutes. Each check prints PASS, FAIL or SKIP and a reason.
It starts sessions whose names begin with "sigel-verify-" and touches no other; what it makes it removes again.

.PARAMETER Sigel
The Sigel to verify: a checkout, or an installed package. Default: the checkout that this script lies in.

.PARAMETER Node
node.exe. Default: the one of the checkout (npm ci brings it), else the one in the path.

.PARAMETER OutFile
Also write a report in JSON.

.PARAMETER Only
Only these checks, by the names that docs/windows-verification.md gives (behind the slash where there are two).

.PARAMETER ContainerImage
An image (such as mcr.microsoft.com/windows/nanoserver:ltsc2022) that docker can run with process isolation here.

.PARAMETER HostProcess
Say that this runs in a HostProcess container.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File test\windows\verify.ps1 -OutFile report.json
#>
param(
  [string]$Sigel = '',
  [string]$Node = '',
  [string]$OutFile = '',
  [string[]]$Only = @(),
  [string]$ContainerImage = '',
  [switch]$HostProcess
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

# `powershell -File` hands over a,b as one text.
$Only = @($Only | ForEach-Object { $_ -split ',' })
$script:Findings = New-Object System.Collections.ArrayList
$script:Here = Split-Path -Parent $MyInvocation.MyCommand.Path
$script:Checkout = Split-Path -Parent (Split-Path -Parent $script:Here)
$script:Probe = Join-Path $script:Here 'verify\probe.ts'
$script:Session = 'sigel-verify-run'

# ---- Findings ---------------------------------------------------------------------------------------------

function Add-Finding([string]$Point, [string]$Verdict, [string]$Reason, $Facts = $null) {
  $finding = New-Object PSObject -Property @{
    point = $Point; verdict = $Verdict; reason = $Reason; facts = $Facts
  }
  [void]$script:Findings.Add($finding)
  Write-Host ('{0}  {1}  {2}' -f $Verdict, $Point.PadRight(24), $Reason)
}

function Test-Wanted([string]$Name) {
  return ($Only.Count -eq 0) -or ($Only -contains $Name)
}

# A check of this script: what it throws is its failure, and the next one goes on.
function Invoke-Check([string]$Name, [scriptblock]$Body) {
  if (-not (Test-Wanted $Name)) { return }
  try { & $Body } catch { Add-Finding $Name 'FAIL' ('the check broke: ' + $_.Exception.Message) }
}

# ---- Processes --------------------------------------------------------------------------------------------

function Get-Quoted([string]$Text) {
  if ($Text -match '[\s"]') { return '"' + $Text.Replace('"', '\"') + '"' }
  return $Text
}

function Get-ArgumentLine([string[]]$Arguments) {
  return (@($Arguments | ForEach-Object { Get-Quoted $_ }) -join ' ')
}

# Runs a program to its end, at most so many seconds; what it wrote, and its exit code (-1: it was ended).
function Invoke-Tool([string]$File, [string[]]$Arguments, [int]$Seconds = 60) {
  $out = Join-Path $script:Work ('out-' + [guid]::NewGuid().ToString('N'))
  $err = $out + '.err'
  $start = @{
    FilePath = $File; ArgumentList = (Get-ArgumentLine $Arguments); PassThru = $true; NoNewWindow = $true
    RedirectStandardOutput = $out; RedirectStandardError = $err
  }
  $process = Start-Process @start
  # Without its handle, .NET forgets the exit code.
  [void]$process.Handle
  $code = -1
  if ($process.WaitForExit($Seconds * 1000)) {
    $process.WaitForExit()
    $code = $process.ExitCode
  } else {
    Stop-Process -Id $process.Id -Force
  }
  return New-Object PSObject -Property @{
    Code = $code; Out = (Read-Text $out); Err = (Read-Text $err)
  }
}

function Read-Text([string]$Path) {
  if (-not (Test-Path -LiteralPath $Path)) { return '' }
  $text = [System.IO.File]::ReadAllText($Path)
  if ($null -eq $text) { return '' }
  return $text
}

# The same of a file that somebody still writes.
function Read-SharedText([string]$Path) {
  if (-not (Test-Path -LiteralPath $Path)) { return '' }
  $stream = [System.IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete')
  try {
    $reader = New-Object System.IO.StreamReader($stream)
    return $reader.ReadToEnd()
  } finally { $stream.Dispose() }
}

function Invoke-Sigel([string[]]$Arguments, [int]$Seconds = 60) {
  return Invoke-Tool $script:NodePath (@($script:Main) + $Arguments) $Seconds
}

# Starts a program in a console of its own, which nobody sees.
function Start-Hidden([string]$File, [string[]]$Arguments) {
  $process = Start-Process -FilePath $File -ArgumentList (Get-ArgumentLine $Arguments) -WindowStyle Hidden -PassThru
  [void]$process.Handle
  return $process
}

# The findings that a program of verify/ wrote: a line of JSON each.
function Add-ProbeFindings([string]$Text) {
  $lines = @($Text -split "`r?`n" | Where-Object { $_.StartsWith('{') })
  foreach ($line in $lines) {
    $found = $line | ConvertFrom-Json
    $facts = $null
    if ($found.PSObject.Properties.Match('facts').Count -gt 0) { $facts = $found.facts }
    Add-Finding $found.point $found.verdict $found.reason $facts
  }
  return $lines.Count
}

function Invoke-Probe([string]$Name, [string[]]$Arguments = @(), [int]$Seconds = 120) {
  $ran = Invoke-Tool $script:NodePath (@($script:Probe, $script:Root, '-', $Name) + $Arguments) $Seconds
  $count = Add-ProbeFindings $ran.Out
  if ($count -eq 0) {
    $why = 'it said nothing'
    if ($ran.Code -eq -1) { $why = "it did not end within $Seconds s" }
    if ($ran.Err -ne '') { $why = $ran.Err.Trim() }
    Add-Finding $Name 'FAIL' $why
  }
}

# ---- The product as a whole -------------------------------------------------------------------------------

function Get-SingleQuoted([string]$Text) { return "'" + $Text.Replace("'", "''") + "'" }

# A configuration with one session of ours, into a file.
function New-Configuration([string]$Output) {
  $path = Join-Path $script:Work ('config-' + [guid]::NewGuid().ToString('N') + '.yaml')
  $schemas = Join-Path $script:Work 'tdh'
  $lines = @(
    'receivers:'
    '  etw:'
    '    sessions:'
    ('      - name: ' + $script:Session)
    '        kernel: [process]'
    '        providers:'
    '          - provider: Microsoft-Windows-Kernel-Process'
    '            keywords_any: [PROCESS, IMAGE, JOB, JOB_SILO]'
    '            capture_state: true'
    '          - provider: Microsoft-Windows-DNS-Client'
    '            event_ids: { include: [3006, 3008, 3020] }'
    '    schemas:'
    ('      directory: ' + (Get-SingleQuoted $schemas))
    'exporters:'
    '  file:'
    ('    path: ' + (Get-SingleQuoted $Output))
    'service:'
    '  pipelines:'
    '    logs:'
    '      receivers: [etw]'
    '      exporters: [file]'
  )
  [System.IO.File]::WriteAllLines($path, [string[]]$lines)
  return $path
}

function Test-Session { return (Invoke-Tool 'logman.exe' @('query', $script:Session, '-ets')).Code -eq 0 }

function New-Mark { return 'sigel-mark-' + [guid]::NewGuid().ToString('N') }

# A process whose command line nobody else has.
function Start-Marked([string]$Mark) { [void](Invoke-Tool 'cmd.exe' @('/d', '/c', "rem $Mark")) }

# Runs Sigel in a console of its own, lets things happen, and presses a key there.
function Invoke-Pressed([string]$Key, [string]$Config, [scriptblock]$Meanwhile) {
  $said = Join-Path $script:Work ('press-' + [guid]::NewGuid().ToString('N'))
  $arguments = @($script:Probe, $script:Root, $said, 'press', $Key, '15', $script:Main, '--config', $Config)
  $process = Start-Hidden $script:NodePath $arguments
  Start-Sleep -Seconds 6
  & $Meanwhile
  if (-not $process.WaitForExit(60000)) {
    Stop-Process -Id $process.Id -Force
    Add-Finding $Key 'FAIL' 'the program that presses the key did not end'
    return
  }
  if ((Add-ProbeFindings (Read-Text $said)) -eq 0) { Add-Finding $Key 'FAIL' 'nothing was said of it' }
}

function Add-Verdict([string]$Point, [bool]$Good, [string]$Right, [string]$Wrong) {
  if ($Good) { Add-Finding $Point 'PASS' $Right } else { Add-Finding $Point 'FAIL' $Wrong }
}

function Test-Run {
  $output = Join-Path $script:Work 'run.jsonl'
  $config = New-Configuration $output
  $mark = New-Mark
  Invoke-Pressed 'ctrl-c' $config { Start-Marked $mark }
  $text = Read-Text $output
  Add-Verdict 'run' $text.Contains($mark) 'the command line of a process came out as a record' `
    "no record has it ($($text.Length) characters were written)"
  Add-Verdict 'run-cleared' (-not (Test-Session)) 'the session has ended' 'the session still runs'
}

function Test-Break {
  $config = New-Configuration (Join-Path $script:Work 'break.jsonl')
  Invoke-Pressed 'ctrl-break' $config { Start-Sleep -Seconds 1 }
  Add-Verdict 'ctrl-break-cleared' (-not (Test-Session)) 'the session has ended' 'the session still runs'
}

# As the runtime of HostProcess containers ends one.
function Test-Shutdown {
  $config = New-Configuration (Join-Path $script:Work 'shutdown.jsonl')
  Invoke-Probe 'ctrl-shutdown' @($script:Main, '--config', $config) 240
  Add-Verdict 'ctrl-shutdown-cleared' (-not (Test-Session)) 'the session has ended' 'the session still runs'
}

# A Sigel that is ended as by a crash, and the next one.
function Test-Killed {
  $config = New-Configuration (Join-Path $script:Work 'killed.jsonl')
  $killed = Start-Hidden $script:NodePath @($script:Main, '--config', $config)
  Start-Sleep -Seconds 8
  $ran = -not $killed.HasExited
  if ($ran) { Stop-Process -Id $killed.Id -Force }
  Start-Sleep -Seconds 1
  $left = Test-Session
  $output = Join-Path $script:Work 'after.jsonl'
  $mark = New-Mark
  $next = New-Configuration $output
  Invoke-Pressed 'ctrl-c' $next { Start-Marked $mark }
  $good = $ran -and $left -and (Read-Text $output).Contains($mark) -and -not (Test-Session)
  Add-Verdict 'run-takeover' $good 'a session that a crash had left was taken over' `
    "ran before the crash: $ran, session left: $left"
}

function Test-Record {
  $trace = Join-Path $script:Work 'record.etl'
  $config = New-Configuration (Join-Path $script:Work 'unused.jsonl')
  $started = Start-Hidden $script:NodePath @($script:Main, 'record', $trace, '--config', $config, '--duration', '10s')
  Start-Sleep -Seconds 5
  $mark = New-Mark
  Start-Marked $mark
  $ended = $started.WaitForExit(30000)
  if (-not $ended) { Stop-Process -Id $started.Id -Force }
  $replayed = Invoke-Sigel @('replay', $trace, '--format', 'json')
  $good = $ended -and ($started.ExitCode -eq 0) -and ($replayed.Code -eq 0) -and $replayed.Out.Contains($mark)
  Add-Verdict 'record' $good 'what was recorded replays, with the command line' `
    "record ended in time: $ended; replay: $($replayed.Code) $($replayed.Err.Trim())"
}

function Test-RecordKilled {
  $trace = Join-Path $script:Work 'killed.etl'
  $config = New-Configuration (Join-Path $script:Work 'unused2.jsonl')
  $started = Start-Hidden $script:NodePath @($script:Main, 'record', $trace, '--config', $config)
  Start-Sleep -Seconds 10
  $ran = -not $started.HasExited
  if ($ran) { Stop-Process -Id $started.Id -Force }
  $inspected = Invoke-Sigel @('inspect', $trace)
  Add-Verdict 'record-killed' ($ran -and $inspected.Code -eq 0) 'a recording that was cut off can be read' `
    "ran: $ran; inspect: $($inspected.Code) $($inspected.Err.Trim())"
}

# ---- The host ---------------------------------------------------------------------------------------------

function Test-Doctor {
  $ran = Invoke-Sigel @('doctor', '--json')
  $report = $ran.Out | ConvertFrom-Json
  foreach ($check in @($report.checks)) {
    $verdict = 'PASS'
    if ($check.verdict -eq 'fail') { $verdict = 'FAIL' }
    if (($check.check -eq 'containerd') -and ($check.verdict -eq 'warn')) { $verdict = 'SKIP' }
    Add-Finding ('doctor-' + $check.check.Replace(' ', '-')) $verdict $check.found
  }
}

# logman's table: the lines between the one of dashes and the next empty one, in any language.
function Test-SessionList {
  $lines = @((Invoke-Tool 'logman.exe' @('query', '-ets')).Out -split "`r?`n")
  $count = 0
  $inside = $false
  foreach ($line in $lines) {
    if ($line -match '^-{20,}') { $inside = $true; continue }
    if (-not $inside) { continue }
    if ($line.Trim() -eq '') { break }
    $count++
  }
  $report = (Invoke-Sigel @('doctor', '--json')).Out | ConvertFrom-Json
  $found = (@($report.checks | Where-Object { $_.check -eq 'sessions' }))[0].found
  $said = -1
  if ($found -match '^(\d+) of') { $said = [int]$Matches[1] }
  Add-Verdict 'session-list' ([math]::Abs($said - $count) -le 2) "doctor: $said, logman: $count" `
    "doctor: $said, logman: $count"
}

function Test-Folder {
  $path = Join-Path $env:ProgramData ('sigel-verify-' + $PID + '\tdh')
  try {
    Invoke-Probe 'folder' @($path)
    $list = Get-Acl -LiteralPath $path
    $sids = @($list.Access | ForEach-Object {
        $_.IdentityReference.Translate([System.Security.Principal.SecurityIdentifier]).Value
      })
    $others = @($sids | Where-Object { @('S-1-5-18', 'S-1-5-32-544', 'S-1-3-4') -notcontains $_ })
    Add-Verdict 'folder-acl' (($others.Count -eq 0) -and $list.AreAccessRulesProtected) `
      'only LocalSystem, Administrators and the owner may use it' ('also allowed: ' + ($others -join ', '))
  } finally {
    [void](Invoke-Tool $script:NodePath @($script:Probe, $script:Root, '-', 'remove-folder', $path))
  }
}

# A process without rights claims the mutex of a session first.
function Test-Squat {
  $name = 'sigel-verify-squat-' + $PID
  $said = Join-Path $script:Work 'squat.txt'
  $batch = Join-Path $script:Work 'squat.cmd'
  $line = '@"{0}" "{1}" "{2}" - squat {3} > "{4}"' -f $script:NodePath, $script:Probe, $script:Root, $name, $said
  [System.IO.File]::WriteAllLines($batch, [string[]]@($line))
  $ran = Invoke-Tool 'runas.exe' @('/trustlevel:0x20000', "cmd.exe /d /c $batch") 20
  $claimed = $false
  for ($i = 0; ($i -lt 20) -and -not $claimed; $i++) {
    Start-Sleep -Milliseconds 500
    $claimed = (Read-SharedText $said).Contains('ours')
  }
  if (-not $claimed) {
    Add-Finding 'mutex-squat' 'SKIP' ('no process without rights could be started: ' + $ran.Err.Trim())
    return
  }
  Invoke-Probe 'squatted' @($name)
}

function Test-Node {
  $version = Invoke-Tool $script:NodePath @('--version')
  $sigel = Invoke-Sigel @('--version')
  $demo = Join-Path $script:Root 'config\demo\shop_attack.etl.gz'
  $replayed = Invoke-Sigel @('replay', $demo, '--format', 'json')
  $good = ($sigel.Code -eq 0) -and ($replayed.Code -eq 0) -and ($replayed.Out.Length -gt 10000)
  Add-Verdict 'node' $good "node $($version.Out.Trim()), $($sigel.Out.Trim()), the demo replays" `
    "node $($version.Out.Trim()): sigel $($sigel.Code), replay $($replayed.Code) $($replayed.Err.Trim())"
}

function Test-HostProcess {
  $folder = $env:CONTAINER_SANDBOX_MOUNT_POINT
  if (-not $HostProcess) {
    Add-Finding 'host-process' 'SKIP' 'run it with -HostProcess in a HostProcess container'
    return
  }
  $good = -not [string]::IsNullOrEmpty($folder) -and (Test-Path -LiteralPath $folder)
  Add-Verdict 'host-process' $good "the image is at $folder" "CONTAINER_SANDBOX_MOUNT_POINT is '$folder'"
}

# As a service of Windows: started, asked for things, ended as by a crash, stopped.
function Test-Service {
  $service = 'sigel-verify-' + $PID
  $output = Join-Path $script:Work 'service.jsonl'
  $config = New-Configuration $output
  $log = Join-Path $script:Work "Sigel\logs\$service.log"
  $named = @('--name', $service)
  $programData = $env:ProgramData
  $env:ProgramData = $script:Work
  try {
    $installed = Invoke-Sigel (@('service', 'install', '--config', $config) + $named) 240
    if ($installed.Err.Contains('not as SYSTEM')) {
      Add-Finding 'service-run' 'SKIP' ('run it with -Sigel "C:\Program Files\Sigel": ' + $installed.Err.Trim())
      return
    }
    $started = Invoke-Sigel (@('service', 'start') + $named) 240
    $mark = New-Mark
    Start-Marked $mark
    Start-Sleep -Seconds 5
    $good = ($started.Code -eq 0) -and (Read-SharedText $output).Contains($mark)
    Add-Verdict 'service-run' $good 'it started, and told of a process' ($installed.Err + $started.Err).Trim()
    [void](Invoke-Sigel (@('service', 'reload') + $named))
    Start-Sleep -Seconds 5
    Add-Verdict 'service-reload' (Read-SharedText $log).Contains('the configuration was read again') `
      'PARAMCHANGE had the configuration read again' 'the log does not tell of it'
    $events = @(Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = $service } -ErrorAction SilentlyContinue)
    $texts = @($events | ForEach-Object { $_.Message }) -join "`n"
    Add-Verdict 'service-events' $texts.StartsWith('Sigel runs with') 'its start is in the log "Application"' "there is: $texts"
    $first = (Get-CimInstance -ClassName Win32_Service -Filter "Name='$service'").ProcessId
    if ($first -gt 0) { Stop-Process -Id $first -Force }
    Start-Sleep -Seconds 20
    $second = (Get-CimInstance -ClassName Win32_Service -Filter "Name='$service'").ProcessId
    Add-Verdict 'service-recovery' (($second -gt 0) -and ($second -ne $first)) 'Windows started it again' `
      "process $first, then $second"
    $stopped = Invoke-Sigel (@('service', 'stop') + $named) 240
    $good = ($stopped.Code -eq 0) -and (Read-SharedText $log).Contains('asked to stop') -and -not (Test-Session)
    Add-Verdict 'service-stopped' $good 'it stopped in order, and its session has ended' ($stopped.Out + $stopped.Err).Trim()
  } finally {
    [void](Invoke-Sigel (@('service', 'uninstall') + $named) 240)
    $env:ProgramData = $programData
  }
}

# Events from inside a container: of the kernel (its processes), and of a provider in user mode (its DNS queries).
function Test-Containers {
  if ($ContainerImage -eq '') {
    Add-Finding 'containers' 'SKIP' 'name an image with -ContainerImage'
    return
  }
  $output = Join-Path $script:Work 'containers.jsonl'
  $config = New-Configuration $output
  $mark = New-Mark
  $name = $mark.Substring(0, 40) + '.invalid'
  $run = @('run', '--rm', '--isolation=process', $ContainerImage, 'cmd', '/d', '/c', "ping -n 1 $name & ping -n 2 127.0.0.1")
  Invoke-Pressed 'ctrl-c' $config { $script:Ran = Invoke-Tool 'docker.exe' $run 60 }
  if ($script:Ran.Out -eq '') {
    Add-Finding 'containers' 'SKIP' ('docker did not run it: ' + $script:Ran.Err.Trim())
    return
  }
  $text = Read-Text $output
  # docker's own command line has the name, too: what counts is the program that runs inside.
  $inside = [regex]::IsMatch($text, '(?i)ping\.exe') -and $text.Contains($name)
  Add-Verdict 'containers' $inside 'a process in a container came with its command line' `
    'no record is of a process in the container'
  $dns = [regex]::IsMatch($text, 'DNS-Client[^\r\n]*' + [regex]::Escape($name))
  Add-Verdict 'silos' $dns 'a provider in user mode was heard from inside a container' `
    'nothing of DNS-Client came from inside the container'
}

function Add-Manual {
  $manual = @{
    'power-cut'        = 'cut the power of a machine that records; look with sigel inspect at what is left'
    'log-users'        = 'run sigel doctor as a member of Performance Log Users without administrator rights'
    'processor-groups' = 'needs a host with more than 64 processors; run -Only raw there'
    'service-stop'     = 'stop the agent as a pod, and restart a machine with the service; see that no session is left'
    'domain-accounts'  = 'run -Only accounts as a domain account on a member of a domain, with and without its controller'
  }
  foreach ($name in @($manual.Keys | Sort-Object)) {
    if (Test-Wanted $name) { Add-Finding $name 'SKIP' ('by hand: ' + $manual[$name]) }
  }
}

# ---- All of it --------------------------------------------------------------------------------------------

function Find-Node {
  if ($Node -ne '') { return (Resolve-Path -LiteralPath $Node).ProviderPath }
  $own = Join-Path $script:Checkout 'node_modules\node\bin\node.exe'
  if (Test-Path -LiteralPath $own) { return $own }
  return (Get-Command node.exe).Path
}

function Find-Main {
  foreach ($path in @('src\main.ts', 'dist\src\main.js')) {
    $main = Join-Path $script:Root $path
    if (Test-Path -LiteralPath $main) { return $main }
  }
  throw "there is no Sigel in $script:Root"
}

function Test-Administrator {
  $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
  $principal = New-Object System.Security.Principal.WindowsPrincipal($identity)
  return $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Get-HostFacts {
  $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
  $windows = Get-ItemProperty -LiteralPath $key
  return New-Object PSObject -Property @{
    product = $windows.ProductName; build = $windows.CurrentBuildNumber; revision = $windows.UBR
    powershell = $PSVersionTable.PSVersion.ToString(); processors = $env:NUMBER_OF_PROCESSORS
    node = $script:NodePath
  }
}

function Invoke-All {
  Invoke-Check 'node' { Test-Node }
  Invoke-Check 'doctor' { Test-Doctor }
  Invoke-Check 'session-list' { Test-SessionList }
  $listed = Invoke-Tool $script:NodePath @($script:Probe, $script:Root, '-', 'list')
  $names = @($listed.Out -split "`r?`n" | Where-Object { $_ -ne '' })
  if ($names.Count -eq 0) { Add-Finding 'programs' 'FAIL' ('they do not run: ' + $listed.Err.Trim()) }
  foreach ($name in $names) {
    if (Test-Wanted $name) { Invoke-Probe $name }
  }
  Invoke-Check 'folder' { Test-Folder }
  Invoke-Check 'mutex-squat' { Test-Squat }
  Invoke-Check 'run' { Test-Run }
  Invoke-Check 'ctrl-break' { Test-Break }
  Invoke-Check 'ctrl-shutdown' { Test-Shutdown }
  Invoke-Check 'control-pipe' { Invoke-Probe 'control-pipe' @($script:Main) 240 }
  Invoke-Check 'service' { Test-Service }
  Invoke-Check 'run-takeover' { Test-Killed }
  Invoke-Check 'record' { Test-Record }
  Invoke-Check 'record-killed' { Test-RecordKilled }
  Invoke-Check 'containers' { Test-Containers }
  Invoke-Check 'host-process' { Test-HostProcess }
  Add-Manual
}

function Write-Report($Facts) {
  $report = New-Object PSObject -Property @{
    host = $Facts; time = [DateTime]::UtcNow.ToString('o'); findings = @($script:Findings.ToArray())
  }
  $json = $report | ConvertTo-Json -Depth 8
  [System.IO.File]::WriteAllText($script:Report, $json)
}

if (-not (Test-Administrator)) {
  Write-Host 'Run this as administrator.'
  exit 2
}
$script:Root = $script:Checkout
if ($Sigel -ne '') { $script:Root = (Resolve-Path -LiteralPath $Sigel).ProviderPath }
$script:NodePath = Find-Node
$script:Main = Find-Main
$script:Report = ''
if ($OutFile -ne '') { $script:Report = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile) }
$script:Work = Join-Path $env:TEMP ('sigel-verify-' + $PID)
[void](New-Item -ItemType Directory -Path $script:Work)
try {
  $facts = Get-HostFacts
  Write-Host ('{0}, build {1}.{2}' -f $facts.product, $facts.build, $facts.revision)
  Invoke-All
} finally {
  # What a check that was ended has left: sessions of ours only, whose owner is gone.
  $left = Invoke-Tool $script:NodePath @($script:Probe, $script:Root, '-', 'cleanup')
  [void](Add-ProbeFindings $left.Out)
  Remove-Item -LiteralPath $script:Work -Recurse -Force -ErrorAction SilentlyContinue
}
if ($script:Report -ne '') { Write-Report $facts }
$count = @{ PASS = 0; FAIL = 0; SKIP = 0 }
foreach ($finding in $script:Findings) { $count[$finding.verdict]++ }
Write-Host ''
Write-Host ('{0} passed, {1} failed, {2} skipped' -f $count.PASS, $count.FAIL, $count.SKIP)
if (($count.FAIL -gt 0) -or (($count.PASS + $count.SKIP) -eq 0)) { exit 1 }
exit 0
