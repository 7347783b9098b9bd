// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick

// The last minute of an app's network: a bar for each second, the highest as high as the room.
Item {
    id: root

    required property list<double> rates
    required property string rate
    readonly property real highest: Math.max(1, ...rates)

    implicitHeight: 44
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("At the moment: %1").arg(rate)

    Row {
        id: bars

        anchors.left: parent.left
        anchors.right: now.left
        anchors.rightMargin: 12
        anchors.bottom: parent.bottom
        height: parent.height
        spacing: 2
        layoutDirection: Qt.RightToLeft

        Repeater {
            model: 60

            Rectangle {
                required property int index
                readonly property real value: root.rates[root.rates.length - 1 - index] ?? 0

                anchors.bottom: parent?.bottom
                width: Math.max(1, (bars.width - 59 * bars.spacing) / 60)
                height: Math.max(1, value / root.highest * bars.height)
                radius: 1
                color: value > 0 ? Theme.accent : Theme.hairline
            }
        }
    }
    PlainLabel {
        id: now

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: 108
        horizontalAlignment: Text.AlignRight
        text: root.rate
        font.pixelSize: Theme.small
        color: Theme.dim
        font.features: ({
                "tnum": 1
            })
        Accessible.ignored: true
    }
}
