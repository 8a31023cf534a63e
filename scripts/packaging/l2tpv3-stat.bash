# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of l2tpv3-stat(1) for bash.

_l2tpv3_stat() {
    # shellcheck disable=SC2034 # _init_completion sets all four
    local cur prev words cword
    _init_completion || return

    case $prev in
    -d | --directory) _filedir -d ;;
    -i | --interval | -p | --pid) ;;
    *) mapfile -t COMPREPLY < <(compgen -W 'explain get set --once --json --openmetrics -i --interval -d --directory -p --pid -h --help --version' -- "$cur") ;;
    esac
} && complete -F _l2tpv3_stat l2tpv3-stat
