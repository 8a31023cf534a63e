// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>
/// QEMU's storage daemon with a virtio-blk of some sectors behind vhost-user: unlike testpmd it sleeps until it is kicked, and it has
/// what QEMU's own library has (slots of memory).
/// </summary>
internal sealed class StorageDaemon : IDisposable
{
    public const int SectorSize = 512;

    private const int Sectors = 64;

    private readonly TemporaryDirectory _directory = new();
    private readonly BackgroundProcess _process;

    public StorageDaemon()
    {
        const string program = "qemu-storage-daemon";
        Requires.Program(program);
        string image = _directory.File("image");
        File.WriteAllBytes(image, [.. Enumerable.Range(0, Sectors).SelectMany(Sector)]);
        _process = new BackgroundProcess(
            program,
            "--blockdev", $"driver=file,node-name=n,filename={image}",
            "--export", $"type=vhost-user-blk,id=e,node-name=n,addr.type=unix,addr.path={Socket},writable=on");
    }

    public string Socket => _directory.File("vhost");

    /// <summary>What is in a sector.</summary>
    public static byte[] Sector(int number) => TestFrames.Create(SectorSize, number);

    public void Dispose()
    {
        _process.Dispose();
        _directory.Dispose();
    }
}
