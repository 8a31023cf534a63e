# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of qemu-l2tpv3(7) for bash: its options, the settings, and then the
# command with that command's own completion.

# All that an item of the settings can be.
_qemu_l2tpv3_items() {
    local key
    printf '%s\n' require off gso=uneven sndbuf= rcvbuf= source-check=roam \
        l2spec=none l2spec=default seq=none seq=send seq=recv seq=both \
        reorder= txcookie= rxcookie= rxcookie2= tos=inherit ttl= df=inherit \
        bind-device= fd= pcap= pcap-wire= pcap-size= pcap-files=
    for key in source-check offload mssfix gso gro df udp-csum stats; do
        printf '%s\n' "$key=on" "$key=off"
    done
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
