// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// Several places of the network asked about in one moment, each with a switch of its own.
Card {
    id: root

    required property Question question
    // All of them are meant: a switch would say what does not hold.
    readonly property bool all: question.scope === Terms.Scope.Network

    implicitHeight: list.height + 16
    color: Theme.ground

    ListView {
        id: list

        x: 12
        y: 8
        width: parent.width - 24
        height: Math.min(contentHeight, 232)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        model: root.question.gathered
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Places")

        delegate: CheckLine {
            id: line

            required property string host
            required property string detail
            required property bool on
            required property int index

            width: list.width - 8
            implicitHeight: 42
            text: host
            enabled: !root.all
            checked: on || root.all
            Accessible.description: detail
            onActiveFocusChanged: if (activeFocus)
                list.positionViewAtIndex(index, ListView.Contain)
            onToggled: {
                root.question.setPlace(index, checked);
                // While nothing counts yet it has not changed.
                checked = Qt.binding(() => line.on || root.all);
            }

            contentItem: Column {
                leftPadding: line.mirrored ? 0 : 28
                rightPadding: line.mirrored ? 28 : 0
                spacing: 1

                PlainLabel {
                    width: line.width - 28
                    text: line.host
                    elide: Text.ElideMiddle
                    font.weight: Font.DemiBold
                    Accessible.ignored: true
                }
                PlainLabel {
                    width: line.width - 28
                    text: line.detail
                    elide: Text.ElideRight
                    font.pixelSize: Theme.small
                    color: Theme.dim
                    Accessible.ignored: true
                }
            }
        }
    }
}
