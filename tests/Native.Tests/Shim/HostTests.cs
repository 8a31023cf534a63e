// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>What a session asks of QEMU: shim-scenarios/host.c, a function for each test here, with each known release.</summary>
public sealed class HostTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void The_socket_is_watched_as_asked(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(The_socket_is_watched_as_asked));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_scheduled_run_comes_once(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_scheduled_run_comes_once));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void The_timer_rings_once_at_the_last_time_set(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(The_timer_rings_once_at_the_last_time_set));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Text_of_the_session_is_not_a_format(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Text_of_the_session_is_not_a_format));
}
