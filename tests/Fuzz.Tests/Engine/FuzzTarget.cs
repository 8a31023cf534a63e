// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Engine;

/// <summary>Something that takes any bytes as a case and holds what it does against a model.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>Its name: of its corpus, and of what it leaves behind.</summary>
    public abstract string Name { get; }

    /// <summary>What has become of all frames so far.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Bytes of an input that was made from nothing.</summary>
    public virtual int TypicalLength => 400;

    /// <summary>Runs one case; throws when something is not as the model has it.</summary>
    public abstract void Run(byte[] input);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
