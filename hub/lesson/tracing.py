"""What a class is traced by: its pack, its model, the learner models that follow from both."""

from __future__ import annotations

import msgspec

from hub.kernels import ARITHMETIC, Tracer
from hub.lesson.models import Models
from hub.lesson.pack_line import PackLine
from hub.lesson.packs import Packs, new_tracer
from models.domain.pack import Pack
from models.learner.fitted import SKILL_DOUBT, DoesNotFit, Placed, placed
from models.learner.weights import Model


class Tracing:
    """The learner models of class `class_id`, and what they are made of.

    A change is refused before anything has moved.
    """

    def __init__(self, class_id: int, pack: Pack, models: Models, packs: Packs) -> None:
        self._class_id = class_id
        self._models = models
        self._packs = packs
        self.pack = pack
        self.line = PackLine(pack, packs)
        self.model: Model | None = None
        self._tracer: Tracer | None = None

    @property
    def tracer(self) -> Tracer:
        """The learner models; there from the log's first row, the model, on."""
        if self._tracer is None:
            raise self._no_model()
        return self._tracer

    @property
    def known_model(self) -> Model:
        """The model that the log names."""
        if self.model is None:
            raise self._no_model()
        return self.model

    @property
    def is_of_this_arithmetic(self) -> bool:
        """Whether the log says that these kernels made what follows its latest model."""
        return self.model is not None and self.model.arithmetic == ARITHMETIC

    def use_model(self, model: Model) -> None:
        """Goes on with another model, from what was traced so far."""
        # All that can be refused comes first: nothing has moved then.
        tracer, here = new_tracer(self.pack, model), self._placed(model)
        if self._tracer is not None:
            self._tracer.use_layer()
            tracer.load_bytes(self._tracer.to_bytes())
        _predict_by(here, tracer)
        self.model, self._tracer = model, tracer

    def use_pack(self, digest: str) -> None:
        """Goes on with another pack: what stands in both, by its id, keeps its state."""
        former, pack, model = self.pack, self._packs[digest], self.known_model
        tracer = new_tracer(pack, model)
        tracer.carry(
            self.tracer,
            [former.skill_index.get(skill.id) for skill in pack.skills],
            [former.item_index.get(item.id) for item in pack.items],
        )
        if model.fitted is not None:
            try:
                _predict_by(placed(self._models[model.fitted], pack), tracer)
            except DoesNotFit:
                self.model = msgspec.structs.replace(model, fitted=None)
        self.pack, self._tracer = pack, tracer
        self.line.add(digest)

    def restore(self, model: Model, later: list[str], state: bytes) -> None:
        """Becomes what stood on disk: the model, the packs since the first, the tracer."""
        self.model = model
        self.line = PackLine(self.line.began_with, self._packs, later)
        self.pack = self.line.now
        self._tracer = new_tracer(self.pack, model)
        _predict_by(self._placed(model), self._tracer)
        self._tracer.load_bytes(state)

    def _placed(self, model: Model) -> Placed | None:
        """The fitted model that `model` names, made ready for this class."""
        return None if model.fitted is None else placed(self._models[model.fitted], self.pack)

    def _no_model(self) -> RuntimeError:
        return RuntimeError(f"class {self._class_id}: the log does not begin with a model")


def _predict_by(here: Placed | None, tracer: Tracer) -> None:
    if here is not None:
        tracer.use_stack(
            here.stack.stack(),
            here.items,
            here.skills,
            item_doubt=here.item_doubt,
            skill_doubt=SKILL_DOUBT,
        )
