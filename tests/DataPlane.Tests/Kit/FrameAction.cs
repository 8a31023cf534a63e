// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace DataPlane.Tests.Kit;

/// <summary>What a guest does with the bytes of a frame.</summary>
internal delegate void FrameAction(Span<byte> frame);
