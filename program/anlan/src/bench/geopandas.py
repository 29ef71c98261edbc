"""Peer of `anlan bench exposure`: the same points and rings by GeoPandas' sjoin.

Reads points.bin (pairs of little-endian int32, 1e-7 degree) and rings.json from the working folder.
Prints one JSON object: milliseconds of the median of three joins, pairs, points hit, counts by polygon.
"""
import json
import statistics
import time

import geopandas
import numpy
import shapely

xy = numpy.fromfile("points.bin", dtype="<i4").reshape(-1, 2).astype("float64")
rings = json.load(open("rings.json"))
points = geopandas.GeoDataFrame(geometry=shapely.points(xy))
areas = geopandas.GeoDataFrame(geometry=[shapely.Polygon(ring) for ring in rings])
took = []
for _ in range(3):
    began = time.perf_counter()
    # Without the index that the frame keeps from the join before.
    fresh = geopandas.GeoDataFrame(geometry=areas.geometry.values.copy())
    joined = geopandas.sjoin(points, fresh, predicate="intersects")
    took.append((time.perf_counter() - began) * 1e3)
counts = joined.groupby("index_right").size().reindex(range(len(rings)), fill_value=0)
print(json.dumps({
    "version": geopandas.__version__,
    "ms": round(statistics.median(took), 3),
    "ms_all": [round(t, 3) for t in took],
    "pairs": int(len(joined)),
    "hit": int(joined.index.nunique()),
    "counts": [int(n) for n in counts],
}))
