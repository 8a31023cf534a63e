// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>What a session is opened with: shim-scenarios/loading.c, a function for each test here, with each known release.</summary>
public sealed class OptionTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Options_and_settings_arrive_as_text(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Options_and_settings_arrive_as_text), "n0.source-check=off,a=b");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Options_that_cannot_be_read_make_no_netdev(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Options_that_cannot_be_read_make_no_netdev));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_plane_of_another_version_or_size_is_refused(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_plane_of_another_version_or_size_is_refused));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Variables_of_another_dotnet_program_are_hidden_while_the_plane_starts(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Variables_of_another_dotnet_program_are_hidden_while_the_plane_starts));
}
