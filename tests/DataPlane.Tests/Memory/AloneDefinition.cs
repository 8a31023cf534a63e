// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Memory;

/// <summary>Tests of what all sessions of a process share: they run when no other does.</summary>
[CollectionDefinition(nameof(AloneDefinition), DisableParallelization = true)]
public sealed class AloneDefinition;
