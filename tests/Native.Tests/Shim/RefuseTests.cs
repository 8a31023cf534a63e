// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Linq;
using Native.Tests.Toolchain;
using TestKit;

namespace Native.Tests.Shim;

/// <summary>
/// Netdevs of the command line that cannot become ours: plugin-scenarios/refuse.c, a function for each test here, with each known
/// release. The words of the shim are looked at here.
/// </summary>
public sealed class RefuseTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_session_that_cannot_open_leaves_the_backend(int release) =>
        Says(release, nameof(A_session_that_cannot_open_leaves_the_backend), "warning: n0: no; QEMU's own backend stays in place for it");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Exec_closes_the_socket_of_a_backend_that_stays(int release) =>
        Says(release, nameof(Exec_closes_the_socket_of_a_backend_that_stays), "warning: n0: no; QEMU's own backend stays in place for it");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Sockets_of_other_netdevs_are_marked_before_one_of_ours_opens(int release) =>
        Says(release, nameof(Sockets_of_other_netdevs_are_marked_before_one_of_ours_opens), "warning: l2tpv3 netdev 'n0': what QEMU's own backend keeps of it is not as known; QEMU's own backend stays in place for it");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_session_that_cannot_open_is_an_error_where_it_is_required(int release) =>
        Says(release, nameof(A_session_that_cannot_open_is_an_error_where_it_is_required), "error: n0: no");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_state_that_is_not_as_known_leaves_the_backend(int release) =>
        Says(release, nameof(A_state_that_is_not_as_known_leaves_the_backend), "warning: l2tpv3 netdev 'n0': what QEMU's own backend keeps of it is not as known; QEMU's own backend stays in place for it");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void No_free_descriptor_leaves_the_backend(int release) =>
        Says(release, nameof(No_free_descriptor_leaves_the_backend), "warning: l2tpv3 netdev 'n0': no file descriptor is free; QEMU's own backend stays in place for it");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_port_that_is_taken_meanwhile_is_an_error(int release) =>
        Says(release, nameof(A_port_that_is_taken_meanwhile_is_an_error), "error: n0: no; its port is taken meanwhile");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_bad_setting_is_refused_at_once(int release) =>
        Says(release, nameof(A_bad_setting_is_refused_at_once), "error: a=b,: no such setting");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Off_leaves_everything(int release) =>
        Says(release, nameof(Off_leaves_everything), "");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_second_plugin_does_nothing(int release) =>
        Says(release, nameof(A_second_plugin_does_nothing), "");

    /// <summary>The scenario holds, and each line on standard error is this one.</summary>
    private static void Says(int release, string name, string line)
    {
        ProcessResult result = Scenario.Run(FakeQemu.ForPlugin(release), name);

        Assert.True(result.ExitStatus == 0, $"{name}: exit status {result.ExitStatus}\n{result.StandardError}");
        string said = string.Join('\n', result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal));
        Assert.Equal(line.Length == 0 ? string.Empty : "qemu-l2tpv3: " + line, said);
    }
}
