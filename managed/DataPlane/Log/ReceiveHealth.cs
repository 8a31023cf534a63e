// SPDX-License-Identifier: GPL-2.0-or-later

using System.Globalization;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Log;

/// <summary>How receiving fares. The errors of ICMP are not among these: an earlier send has caused them.</summary>
internal sealed class ReceiveHealth : CallHealth
{
    private readonly Counters _counters;
    private ulong _errorsBefore;

    public ReceiveHealth(GuestPort guest, string name, Counters counters)
        : base(guest, name)
    {
        _counters = counters;
    }

    protected override ulong Done => _counters.ReceiveCalls;

    protected override string InWords(string error, Errno errno) =>
        $"{Name}: receiving fails: {error}{Hint(errno)}; QEMU keeps trying";

    protected override string Summary()
    {
        ulong errors = _counters.ReceiveErrors - _errorsBefore;
        _errorsBefore = _counters.ReceiveErrors;
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: receiving works again after {errors} errors");
    }

    private static string Hint(Errno error) => error.Value is LinuxConstants.EPERM or LinuxConstants.EACCES or LinuxConstants.ENOSYS
        ? " (a sandbox blocks recvmmsg and recvmsg)"
        : string.Empty;
}
