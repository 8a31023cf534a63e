# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of l2tpv3-vhost(1) for bash. Its lists have no completion: their
# values are addresses and numbers.

_l2tpv3_vhost() {
    # shellcheck disable=SC2034 # _init_completion sets all four
    local cur prev words cword
    _init_completion || return

    case $prev in
    -s | --socket | --control | -c | --config) _filedir ;;
    -n | --netdev) ;;
    *) mapfile -t COMPREPLY < <(compgen -W '-s --socket --control -n --netdev -c --config -h --help --version' -- "$cur") ;;
    esac
} && complete -F _l2tpv3_vhost l2tpv3-vhost
