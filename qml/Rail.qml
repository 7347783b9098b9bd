// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick

// The places, at the side or - where the window is narrow - below.
Rectangle {
    id: root

    required property int current
    required property int waiting
    // What other machines offer that nobody has answered yet.
    required property int offered
    property bool below: false
    signal chosen(place: int)

    readonly property list<string> symbols: ["apps", "key", "question", "machines", "activity"]
    readonly property list<string> labels: [qsTr("Apps"), qsTr("Keys"), qsTr("Requests"), qsTr("Machines"), qsTr("Activity")]

    color: Theme.surface
    implicitWidth: 184
    implicitHeight: 56
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Places")

    Rectangle {
        anchors.right: root.below ? undefined : parent.right
        anchors.top: parent.top
        width: root.below ? parent.width : 1
        height: root.below ? 1 : parent.height
        color: Theme.hairline
    }
    Row {
        id: brand

        anchors.left: parent.left
        anchors.leftMargin: 18
        y: 22
        height: 28
        spacing: 10
        visible: !root.below

        Image {
            source: "qrc:/dev/latchkey/icons/latchkey.svg"
            sourceSize: Qt.size(26, 26)
            anchors.verticalCenter: parent.verticalCenter
            Accessible.ignored: true
        }
        PlainLabel {
            text: "Latchkey"
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Grid {
        x: 0
        y: root.below ? 2 : 68
        width: parent.width
        columns: root.below ? root.labels.length : 1
        rowSpacing: 2

        Repeater {
            model: root.labels

            RailButton {
                required property string modelData
                required property int index

                width: root.below ? root.width / root.labels.length : root.width
                below: root.below
                text: modelData
                symbol: root.symbols[index]
                badge: index === 2 ? root.waiting : index === 3 ? root.offered : 0
                checked: root.current === index
                onClicked: root.chosen(index)
            }
        }
    }
}
