// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.Vhost;

/// <summary>
/// The indexes of a NIC's ring, as QEMU knows them while the VM is stopped: the program has handed over where it is (GET_VRING_BASE), and the rest is in
/// the guest's memory. (While the VM runs, the same question makes QEMU ask the program, which stops the ring for that.)
/// </summary>
/// <param name="Size">Descriptors.</param>
/// <param name="Available">How many chains the driver has made available, modulo 2^16.</param>
/// <param name="Taken">How many of them the program has taken.</param>
/// <param name="Used">How many of them it has used.</param>
internal sealed record RingIndexes(int Size, ushort Available, ushort Taken, ushort Used)
{
    /// <summary>The id of the NIC.</summary>
    public const string NicId = "nic0";

    private const int Receive = 0;
    private const int Transmit = 1;

    /// <summary>
    /// The program has used whatever it has taken, and has taken all that there is to transmit. A frame of the guest's own accord may come in the moment of
    /// the stop, so there are several looks.
    /// </summary>
    public static void AssertAllUsed(QemuProcess qemu)
    {
        (RingIndexes receive, RingIndexes transmit) = Eventually.Get(() => ReadStopped(qemu), rings => rings.Transmit.Available == rings.Transmit.Taken, () => "the transmit ring");

        Assert.Equal(receive.Used, receive.Taken);
        Assert.Equal(transmit.Used, transmit.Taken);
        Assert.InRange((ushort)(receive.Available - receive.Taken), 1, receive.Size);
    }

    private static (RingIndexes Receive, RingIndexes Transmit) ReadStopped(QemuProcess qemu)
    {
        qemu.Hmp("stop");
        try
        {
            return (Read(qemu, Receive), Read(qemu, Transmit));
        }
        finally
        {
            qemu.Hmp("cont");
        }
    }

    private static RingIndexes Read(QemuProcess qemu, int queue)
    {
        JsonElement status = qemu.Qmp.Execute("x-query-virtio-queue-status", new { path = $"/machine/peripheral/{NicId}/virtio-backend", queue });
        ulong available = status.GetProperty("vring-avail").GetUInt64();
        return new RingIndexes(
            status.GetProperty("vring-num").GetInt32(),
            ReadMemory(qemu, available + sizeof(ushort)),
            status.GetProperty("last-avail-idx").GetUInt16(),
            status.GetProperty("used-idx").GetUInt16());
    }

    /// <summary>Sixteen bits at an address of the guest's: <c>0000000000001002: 0x0100</c>.</summary>
    private static ushort ReadMemory(QemuProcess qemu, ulong address)
    {
        string answer = qemu.Hmp(string.Create(CultureInfo.InvariantCulture, $"xp /1hx 0x{address:x}"));
        return ushort.Parse(answer[(answer.IndexOf("0x", StringComparison.Ordinal) + 2)..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
