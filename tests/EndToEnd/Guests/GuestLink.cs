// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// One tunnel between two guests, with a NIC of the same model at either end. End 1 is the first guest, end 2 the second; link 3 has
/// the netdev n3, the NIC nic3 and the addresses 10.9.3.1 and 10.9.3.2.
/// </summary>
public sealed record GuestLink(int Index, string Model, Encapsulation Encapsulation)
{
    /// <summary>The id of the netdev.</summary>
    public string NetdevId => Netdev(1).Id;

    /// <summary>The id of the NIC.</summary>
    public string NicId => string.Create(CultureInfo.InvariantCulture, $"nic{Index}");

    /// <summary>The netdev of one end.</summary>
    public L2tpv3Netdev Netdev(int end)
    {
        L2tpv3Netdev first = TunnelTable.Create(Index, Encapsulation) with { Cookie = CookieSize.Bits64 };
        return end == 1 ? first : first.OtherEnd();
    }

    /// <summary>The MAC address of one end.</summary>
    public string Mac(int end) => string.Create(CultureInfo.InvariantCulture, $"52:54:00:09:{Index:x2}:{end:x2}");

    /// <summary>The guest's IP address at one end.</summary>
    public string Address(int end) => string.Create(CultureInfo.InvariantCulture, $"10.9.{Index}.{end}");

    /// <summary>The value of `-device` at one end.</summary>
    public string Device(int end) => $"{Model},id={NicId},netdev={NetdevId},mac={Mac(end)}";

    /// <summary>The QEMU arguments of one end.</summary>
    public string[] Arguments(int end) => ["-netdev", Netdev(end).ToString(), "-device", Device(end)];

    /// <summary>Sets up the NIC of one end in its guest.</summary>
    public void Configure(Guest guest, int end) => guest.Configure(Mac(end), Address(end) + "/24");
}
