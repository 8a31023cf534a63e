// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Guests.Hostile;

/// <summary>What measures time runs when nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneDefinition
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
