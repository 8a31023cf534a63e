# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of qemu-l2tpv3(7) for bash: its options, the settings, and then the
# command with that command's own completion.

# All that an item of the settings can be.
_qemu_l2tpv3_items() {
    printf '%s\n' require off source-check={on,off,roam} offload={on,off} \
        mssfix={on,off} gso={on,off,uneven} gro={on,off} l2spec={none,default} \
        seq={none,send,recv,both} reorder= txcookie={,none} rxcookie={,none} \
        rxcookie2={,none} tos={inherit,} ttl={default,} df={on,off,inherit} \
        bind-device= fd= udp-csum={on,off} stats={on,off,} pcap={,off} \
        pcap-wire={,off} pcap-size= pcap-files= sndbuf= rcvbuf=
}

# Completes the last item of a list that begins behind $1; what is in front of
# it stays. Of the word, readline replaces only what follows its last =.
_qemu_l2tpv3_settings() { # word-up-to-the-list list
    local front=$1 item=${2##*,} replaced
    front+=${2%"$item"}
    mapfile -t COMPREPLY < <(compgen -P "$front" -W "$(_qemu_l2tpv3_items)" -- "$item")
    replaced=${cur%"${cur##*=}"}
    if [[ $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"$replaced"}")
    fi
    compopt -o nospace
}

_qemu_l2tpv3() {
    local cur prev words cword index=1
    _init_completion -n = || return

    # Where the command begins.
    while ((index < cword)) && [[ ${words[index]} == -* ]]; do
        case ${words[index]} in
        -s | --settings) ((index += 2)) ;;
        --) ((index += 1)) && break ;;
        *) ((index += 1)) ;;
        esac
    done
    if ((index < cword)) || [[ ${words[index - 1]} == -- ]]; then
        _command_offset "$index"
    elif [[ $prev == -s || $prev == --settings ]]; then
        _qemu_l2tpv3_settings '' "$cur"
    elif [[ $cur == --settings=* ]]; then
        _qemu_l2tpv3_settings --settings= "${cur#*=}"
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '-s --settings= -h --help -V --version --' -- "$cur")
        [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace
    else
        _command_offset "$index"
    fi
} && complete -F _qemu_l2tpv3 qemu-l2tpv3
