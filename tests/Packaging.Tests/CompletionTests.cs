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
        "_${COMP_WORDS[0]//-/_}"
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
    public void A_word_is_completed(string line, string expected) => AssertCompletes("qemu-l2tpv3", line, expected);

    [Theory]
    [InlineData("l2tpv3-stat", "se", "set")]
    [InlineData("l2tpv3-stat", "set --p", "--pid")]
    [InlineData("l2tpv3-vhost", "--con", "--control --config")]
    [InlineData("l2tpv3-vhost", "--socket /dev/nul", "/dev/null")]
    public void A_word_of_another_program_is_completed(string program, string line, string expected) => AssertCompletes(program, line, expected);

    private void AssertCompletes(string program, string line, string expected)
    {
        string[] replies = ProcessRunner
            .Check("bash", "-c", Driver, installation.File("share", "bash-completion", "completions", program), $"{program} {line}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // A machine may have further programs whose names begin so.
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), replies.Where(reply => !reply.Contains("microvm", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
