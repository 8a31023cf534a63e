// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>
/// What bash completes. Readline cuts words at an = (COMP_WORDBREAKS) and replaces only what follows the last one, so that is
/// what the completion has to return.
/// </summary>
public sealed class CompletionTests(Installation installation) : IClassFixture<Installation>
{
    private const string Driver =
        """
        . /usr/share/bash-completion/bash_completion
        . "$0"
        compopt() { :; } # of readline, which is not there
        COMP_WORDBREAKS=$' \t\n"\047><=;|&(:'
        COMP_LINE=$1 COMP_POINT=${#1}
        read -ra COMP_WORDS <<<"${1//=/ = }"
        [[ $1 != *' ' ]] || COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _qemu_l2tpv3
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    [Theory]
    [InlineData("--set", "--settings=")]
    [InlineData("-s req", "require")]
    [InlineData("-s require,gr", "require,gro=on require,gro=off")]
    [InlineData("-s require,gro=o", "on off")]
    [InlineData("--settings=req", "require")]
    [InlineData("--settings=require,mss", "require,mssfix=on require,mssfix=off")]
    [InlineData("--settings=require,mssfix=of", "off")]
    [InlineData("qemu-system-x86_6", "qemu-system-x86_64")]
    [InlineData("-s off qemu-system-x86_6", "qemu-system-x86_64")]
    [InlineData("-s off -- qemu-system-x86_6", "qemu-system-x86_64")]
    [InlineData("ls --author", "--author")]
    public void A_word_is_completed(string line, string expected)
    {
        string[] replies = ProcessRunner
            .Check("bash", "-c", Driver, installation.File("share", "bash-completion", "completions", "qemu-l2tpv3"), $"qemu-l2tpv3 {line}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // A machine may have further programs whose names begin so.
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), replies.Where(reply => !reply.Contains("microvm", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
